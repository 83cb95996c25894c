--- Where the prompt is in a buffer: it begins after the front matter.
local M = {}

--- The row, from 0, on which the prompt begins.
---@param bufnr integer
---@return integer
function M.first_row(bufnr)
  local lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
  if (lines[1] or ''):gsub('%s+$', '') ~= '---' then
    return 0
  end
  for i = 2, #lines do
    if lines[i]:gsub('%s+$', '') == '---' then
      return i
    end
  end
  return 0
end

--- The byte of the prompt under the cursor of the current window; nil in the front matter.
---@return integer?
function M.cursor_byte()
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local start = M.first_row(0)
  if row - 1 < start then
    return nil
  end
  local bytes = vim.api.nvim_buf_get_offset(0, row - 1) + col - vim.api.nvim_buf_get_offset(0, start)
  -- Neovim counts a line's end as one byte, whatever the file has there; the server is told two.
  local returns = vim.bo.fileformat == 'dos' and row - 1 - start or 0
  return bytes + returns
end

--- The prompt's last line.
---@param bufnr integer
---@return string
function M.last_line(bufnr)
  local lines = vim.api.nvim_buf_get_lines(bufnr, M.first_row(bufnr), -1, false)
  return lines[#lines] or ''
end

return M
