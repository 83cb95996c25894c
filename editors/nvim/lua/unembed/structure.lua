--- The parts of a prompt file or a names file, as the server reads them: the prompt, the runs, the intervention lines,
--- the names. The plugin parses no file.
local client = require('unembed.client')
local text = require('unembed.text')

local M = {}

local COMMAND = 'unembed.structure'
--- How long a key waits for the server, in milliseconds.
local PATIENCE = 1000

--- The last answer for each buffer, with the 'changedtick' that it is for.
---@type table<integer, {tick: integer, document: unembed.StructureDocument}>
local answers = {}

---@param bufnr integer
---@return unembed.StructureDocument?
local function cached(bufnr)
  local answer = answers[bufnr]
  if answer and answer.tick == vim.api.nvim_buf_get_changedtick(bufnr) then
    return answer.document
  end
end

--- The parts of the text as it is now. Waits for the server; for keys that must decide at once.
---@param bufnr integer
---@return unembed.StructureDocument?
---@return string? err
function M.now(bufnr)
  local document, err = cached(bufnr), nil
  if not document then
    local tick = vim.api.nvim_buf_get_changedtick(bufnr)
    document, err = client.execute_sync(bufnr, COMMAND, PATIENCE)
    answers[bufnr] = document and { tick = tick, document = document }
  end
  return document, err
end

--- Calls back with the parts of the text as it is now, or with what is wrong.
---@param bufnr integer
---@param done fun(document: unembed.StructureDocument?, err: string?)
function M.ask(bufnr, done)
  local document, tick = cached(bufnr), nil
  if document then
    return done(document)
  end
  client.execute(bufnr, {
    command = COMMAND,
    quiet = true,
    on_start = function()
      tick = vim.api.nvim_buf_get_changedtick(bufnr)
    end,
    on_done = function(err, result)
      if result then
        answers[bufnr] = { tick = tick, document = result }
      end
      done(result, err)
    end,
  })
end

---@param bufnr integer
function M.forget(bufnr)
  answers[bufnr] = nil
end

--- A place of the server's as a row and a byte of the row, both from 0.
---@param bufnr integer
---@param place unembed.TextPosition
---@return integer row
---@return integer col
function M.place(bufnr, place)
  local server = client.of(bufnr)
  local line = vim.api.nvim_buf_get_lines(bufnr, place.line, place.line + 1, false)[1] or ''
  local encoding = server and server.offset_encoding or 'utf-16'
  return place.line, vim.str_byteindex(line, encoding, place.character, false)
end

---@param range unembed.TextRange
---@param row integer
---@return boolean
local function has_row(range, row)
  local last = range['end']
  local ends_before = last.character == 0 and last.line > range.start.line
  return range.start.line <= row and row <= last.line - (ends_before and 1 or 0)
end

--- The cursor of a window that shows a buffer, row from 1 and byte from 0; the current window takes precedence.
---@param bufnr integer
---@return integer[]?
function M.cursor(bufnr)
  local winid = bufnr == vim.api.nvim_get_current_buf() and 0 or vim.fn.bufwinid(bufnr)
  return winid ~= -1 and vim.api.nvim_win_get_cursor(winid) or nil
end

--- The intervention on the cursor's line, enabled or disabled.
---@param bufnr integer
---@return unembed.EntryDocument?
---@return string? err the server cannot say
function M.cursor_entry(bufnr)
  local document, err = M.now(bufnr)
  local cursor = M.cursor(bufnr)
  for _, entry in ipairs(document and cursor and document.interventions or {}) do
    if has_row(entry.range, cursor[1] - 1) then
      return entry
    end
  end
  return nil, err
end

--- The target under the cursor of the current window: an id, the target of the line's intervention, or the line's name
--- in a names file.
---@return string?
function M.cursor_target()
  local id = vim.fn.expand('<cword>'):match(text.ID)
  local bufnr = vim.api.nvim_get_current_buf()
  if id or not client.of(bufnr) then
    return id
  end
  local entry, err = M.cursor_entry(bufnr)
  if entry or err then
    return entry and entry.target or error(err, 0)
  end
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  for _, name in ipairs(M.now(bufnr).names) do
    if has_row(name.range, row) then
      return name.name
    end
  end
end

--- The byte of the prompt at a cursor; nil outside the prompt.
---@param bufnr integer
---@param document unembed.StructureDocument
---@param cursor integer[] row from 1 and byte from 0
---@return integer?
function M.prompt_byte(bufnr, document, cursor)
  local row, col = M.place(bufnr, document.prompt.start)
  local offset = vim.api.nvim_buf_get_offset
  local bytes = offset(bufnr, cursor[1] - 1) + cursor[2] - offset(bufnr, row) - col
  if bytes < 0 then
    return nil
  end
  -- Neovim counts one byte for a line end. In a DOS file the server counts two.
  return bytes + (vim.bo[bufnr].fileformat == 'dos' and cursor[1] - 1 - row or 0)
end

--- Longer lines are cut: they would push the continuation out of sight.
local LONGEST = 200

--- The prompt's last line, or the end of it.
---@param bufnr integer
---@param document unembed.StructureDocument
---@return string
function M.last_line(bufnr, document)
  local first, from = M.place(bufnr, document.prompt.start)
  local row, to = M.place(bufnr, document.prompt['end'])
  local line = (vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''):sub(1, to)
  line = first == row and line:sub(from + 1) or line
  local length = vim.fn.strchars(line)
  return length <= LONGEST and line or '…' .. vim.fn.strcharpart(line, length - LONGEST)
end

return M
