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

--- The index builds that run, each with its model.
---@param status unembed.StatusParams
---@return string?
function M.indexing(status)
  local parts = vim.tbl_map(function(build)
    return ('%s %d %%'):format(build.model, require('unembed.builds').percentage(build))
  end, status.builds or {})
  return #parts > 0 and 'indexing ' .. table.concat(parts, ', ') or nil
end

---@return string
function M.line()
  local status = M.of(vim.api.nvim_get_current_buf())
  if not status then
    return ''
  end
  local counted = M.indexing(status)
  local does = counted or status.message
  if counted and status.phase == 'loading' then
    does = status.message .. ', ' .. counted
  end
  local text = (marks[status.health] or '') .. does
  local line = 'unembed' .. (status.busy and ' …' or '') .. (text ~= '' and ': ' .. text or '')
  -- The status line must not read a `%` of the text as its own.
  return (line:gsub('%%', '%%%%'))
end

return M
