--- Changes of a prompt file's buffer.
local client = require('unembed.client')

local M = {}

--- Whether a buffer can be changed. If not, a message says what to do.
---@param bufnr integer
---@return boolean
function M.changeable(bufnr)
  if not vim.bo[bufnr].modifiable then
    client.notify("the prompt file's buffer cannot be changed ('nomodifiable'): :set modifiable first")
    return false
  end
  return true
end

--- Makes the next change a step of its own for `u`. Neovim does so by itself only in the current buffer.
---@param bufnr integer
function M.break_undo(bufnr)
  vim.bo[bufnr].undolevels = vim.bo[bufnr].undolevels
end

return M
