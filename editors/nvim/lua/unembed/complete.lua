--- Completion. Neovim inserts an offer up to its first blank, which leaves out the blank after `L5D662:` and the rest
--- of a name of several words.
local client = require('unembed.client')

local M = {}

--- Inserts the rest of the offer that was chosen.
---@param bufnr integer
function M.done(bufnr)
  local offer = vim.tbl_get(vim.v.completed_item, 'user_data', 'nvim', 'lsp') or {}
  local server, whole = client.of(bufnr), vim.tbl_get(offer, 'completion_item', 'textEdit', 'newText')
  if vim.v.event.reason == 'cancel' or not (server and whole and offer.client_id == server.id) then
    return
  end
  local word = vim.v.completed_item.word
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local before = vim.api.nvim_get_current_line():sub(1, col)
  if vim.endswith(before, word) and vim.startswith(whole, word) then
    local rest = whole:sub(#word + 1)
    vim.api.nvim_buf_set_text(bufnr, row - 1, col, row - 1, col, { rest })
    vim.api.nvim_win_set_cursor(0, { row, col + #rest })
  end
end

return M
