--- Line ends. The server has them in a file's text, Neovim in options. So the server must be told of another option,
--- and an edit that changes line ends alone becomes a change of 'fileformat'.
local client = require('unembed.client')
local edit = require('unembed.edit')

local M = {}

--- The command that an action gets in place of such an edit. The client runs it, see `lsp/unembed.lua`.
M.COMMAND = 'unembed.nvim.use_lf'

--- A buffer has other line ends: closes and opens it in the server, so that no earlier answer stays.
---@param bufnr integer
function M.changed(bufnr)
  local server = client.of(bufnr)
  if server then
    vim.lsp.buf_detach_client(bufnr, server.id)
    vim.lsp.buf_attach_client(bufnr, server.id)
  end
end

--- The edits of an action in one file.
---@param action lsp.CodeAction
---@return lsp.TextEdit[]
local function edits_of(action)
  local whole = action.edit or {}
  local change = (whole.documentChanges or {})[1]
  return change and change.edits or select(2, next(whole.changes or {})) or {}
end

--- The text of a buffer in a range of the server's.
---@param bufnr integer
---@param range lsp.Range
---@param encoding string
---@return string
local function text_in(bufnr, range, encoding)
  local lines = vim.api.nvim_buf_get_lines(bufnr, range.start.line, range['end'].line + 1, false)
  local function byte(line, character)
    return vim.str_byteindex(line or '', encoding, character, false)
  end
  -- The place after the last line.
  if #lines == range['end'].line - range.start.line then
    table.insert(lines, '')
  end
  local last = #lines
  lines[last] = lines[last]:sub(1, byte(lines[last], range['end'].character))
  lines[1] = lines[1]:sub(byte(lines[1], range.start.character) + 1)
  return table.concat(lines, '\n')
end

--- Whether an action changes line ends alone: it writes what is in the buffer already.
---@param bufnr integer
---@param action lsp.CodeAction
---@param encoding string
---@return boolean
local function is_of_line_ends(bufnr, action, encoding)
  local edits = edits_of(action)
  return #edits > 0
    and vim.iter(edits):all(function(change)
      return change.newText == text_in(bufnr, change.range, encoding)
    end)
end

--- The server's actions. One that changes CRLF to LF becomes a command, where the buffer has no CR.
---@param actions (lsp.CodeAction|lsp.Command)[]
---@param bufnr integer
---@return (lsp.CodeAction|lsp.Command)[]
function M.answer(actions, bufnr)
  local server = client.of(bufnr)
  if server and vim.bo[bufnr].fileformat == 'dos' then
    for _, action in ipairs(actions) do
      if is_of_line_ends(bufnr, action, server.offset_encoding) then
        action.edit, action.command = nil, { title = action.title, command = M.COMMAND }
      end
    end
  end
  return actions
end

--- Gives a buffer LF line ends.
---@param bufnr integer
function M.use_lf(bufnr)
  if edit.changeable(bufnr) then
    vim.bo[bufnr].fileformat = 'unix'
  end
end

return M
