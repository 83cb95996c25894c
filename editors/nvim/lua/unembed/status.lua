--- The server's state: kept for a status line, announced as `User UnembedStatus`.
local M = {}

---@type table<integer, unembed.StatusParams>
local states = {}

--- A client's new state; nil once the client has ended.
---@param client_id integer
---@param status unembed.StatusParams?
function M.set(client_id, status)
  states[client_id] = status
  require('unembed.indexing').on_status(client_id, status)
  vim.api.nvim_exec_autocmds('User', { pattern = 'UnembedStatus', modeline = false, data = status })
  vim.cmd.redrawstatus({ bang = true })
end

--- The state of a buffer's client; nil before its first status.
---@param bufnr integer
---@return unembed.StatusParams?
function M.of(bufnr)
  local client = require('unembed.client').of(bufnr)
  return client and states[client.id]
end

local marks = { ok = '', warning = '! ', error = '✗ ' }

--- How much of an index build is done, in percent; nil where the state does not say it.
---@param status unembed.StatusParams
---@return integer?
function M.percentage(status)
  local all = status.phase == 'indexing' and status.all or 0
  return all > 0 and status.done and math.floor(100 * status.done / all) or nil
end

---@return string
function M.line()
  local status = M.of(vim.api.nvim_get_current_buf())
  if not status then
    return ''
  end
  local percentage = M.percentage(status)
  local counted = percentage and ('indexing %s %d %%'):format(status.subject or '', percentage)
  local text = (marks[status.health] or '') .. (counted or status.message)
  local line = 'unembed' .. (status.busy and ' …' or '') .. (text ~= '' and ': ' .. text or '')
  -- The status line must not read a `%` of the text as its own.
  return (line:gsub('%%', '%%%%'))
end

return M
