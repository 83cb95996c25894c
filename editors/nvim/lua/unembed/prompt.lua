--- What a prompt file's text says without the server: where the prompt begins, which lines are interventions.
--- Changes no text.
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

---@class unembed.Entry an intervention's line
---@field target string the id or the name
---@field enabled boolean
---@field value string as written, without the comment behind it
---@field from integer the byte of the line, from 1, at which the value begins

--- The intervention on a row, on or off.
---@param bufnr integer
---@param row integer from 0
---@return unembed.Entry?
function M.intervention(bufnr, row)
  if row + 1 >= M.first_row(bufnr) then
    return nil
  end
  local lines = vim.api.nvim_buf_get_lines(bufnr, 0, row + 1, false)
  local off, target, from = lines[#lines]:match('^%s*(#?)%s*%-%s+(.-):%s+()%S')
  if not target then
    return nil
  end
  for i = #lines - 1, 1, -1 do
    local key = lines[i]:match('^(%a+):')
    if key and key ~= 'interventions' then
      return nil
    elseif key then
      local value = lines[#lines]:sub(from):gsub('%s+#.*$', ''):gsub('%s+$', '')
      local quoted = target:match([[^["'](.*)["']$]])
      return { target = quoted or target, enabled = off == '', value = value, from = from }
    end
  end
end

--- The value vector's id, or the name, under the cursor of the current window or, on an intervention's line, its own.
---@return string?
function M.cursor_target()
  local id = vim.fn.expand('<cword>'):match('L%d+D%d+')
  if id then
    return id
  end
  local entry = M.intervention(0, vim.api.nvim_win_get_cursor(0)[1] - 1)
  return entry and entry.target
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

--- Makes the next change one that `u` takes back alone. Neovim does so by itself only in the buffer that is typed in.
---@param bufnr integer
function M.break_undo(bufnr)
  vim.bo[bufnr].undolevels = vim.bo[bufnr].undolevels
end

--- More of a prompt than this would crowd out what comes after it.
local LONGEST = 200

--- The prompt's last line, or the end of it.
---@param bufnr integer
---@return string
function M.last_line(bufnr)
  local lines = vim.api.nvim_buf_get_lines(bufnr, M.first_row(bufnr), -1, false)
  local line = lines[#lines] or ''
  local length = vim.fn.strchars(line)
  return length <= LONGEST and line or '…' .. vim.fn.strcharpart(line, length - LONGEST)
end

return M
