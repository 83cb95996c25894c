--- What the server says of itself: kept for a status line, announced as `User UnembedStatus`.
local M = {}

---@class unembed.Status
---@field health 'ok'|'warning'|'error'
---@field busy boolean
---@field message string?

---@type table<integer, unembed.Status>
local states = {}

--- A client's new state; nil once it is gone.
---@param client_id integer
---@param status unembed.Status?
function M.set(client_id, status)
  states[client_id] = status
  vim.api.nvim_exec_autocmds('User', { pattern = 'UnembedStatus', modeline = false, data = status })
  vim.cmd.redrawstatus({ bang = true })
end

--- The state of a buffer's client, if it has said anything.
---@param bufnr integer
---@return unembed.Status?
function M.of(bufnr)
  local client = require('unembed.client').of(bufnr)
  return client and states[client.id]
end

local marks = { ok = '', warning = '! ', error = '✗ ' }

---@return string
function M.line()
  local status = M.of(vim.api.nvim_get_current_buf())
  if not status then
    return ''
  end
  local text = (marks[status.health] or '') .. (status.message or '')
  local line = 'unembed' .. (status.busy and ' …' or '') .. (text ~= '' and ': ' .. text or '')
  -- A `%` in the server's words must not be read by the status line.
  return (line:gsub('%%', '%%%%'))
end

return M
