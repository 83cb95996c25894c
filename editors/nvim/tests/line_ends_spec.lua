-- CRLF line ends: the server knows them as Neovim does, and its fix for them changes 'fileformat'.
local person = require('person')

local LF = '---\ntrack: [" war"]\n---\nThe history\nof the\ncity and\n'
local CRLF = LF:gsub('\n', '\r\n')
local TITLE = 'Use LF line ends in the prompt'

--- The hint about line ends of the current buffer.
---@return vim.Diagnostic?
local function hint()
  return vim.iter(vim.diagnostic.get(0)):find(function(diagnostic)
    return diagnostic.code == 'line-ends'
  end)
end

--- Opens a file with the hint and puts the cursor on it.
---@param text string
---@return integer bufnr
local function open(text)
  local bufnr = person.open(text)
  local found = person.eventually('the hint', hint)
  vim.api.nvim_win_set_cursor(0, { found.lnum + 1, 0 })
  return bufnr
end

--- Chooses the fix of the hint.
local function fix()
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title == TITLE
    end,
  })
end

local function no_hint()
  person.eventually('no hint', function()
    return not hint()
  end)
end

--- The bytes of the current buffer's file after `:write`.
---@return string
local function written()
  vim.cmd('silent write')
  local handle = assert(io.open(vim.api.nvim_buf_get_name(0), 'rb'))
  local text = handle:read('*a')
  handle:close()
  return text
end

it("tells the server of another 'fileformat'", function()
  person.open(LF)
  vim.cmd('set fileformat=dos')
  person.eventually('the hint', hint)
  vim.cmd('set fileformat=unix')
  no_hint()
  vim.bo.fileformat = 'dos'
  person.eventually('the hint', hint)
  -- From another window.
  local bufnr = vim.api.nvim_get_current_buf()
  vim.cmd.new()
  vim.bo[bufnr].fileformat = 'unix'
  vim.cmd.close()
  no_hint()
end)

it("changes 'fileformat' by the fix of a file with CRLF line ends", function()
  open(CRLF)
  person.same({ 'dos', false }, { vim.bo.fileformat, vim.bo.modified })
  local before, tick = person.text(), vim.b.changedtick
  fix()
  person.eventually('LF line ends', function()
    return vim.bo.fileformat == 'unix'
  end)
  person.same({ true, before, tick }, { vim.bo.modified, person.text(), vim.b.changedtick })
  no_hint()
  person.same(LF, written())
end)

it('changes the text by the fix of a file with CRLF at some lines', function()
  open('---\ntrack: [" war"]\n---\nThe history\r\nof the\ncity\r\nand 文\r\nthe')
  person.same('unix', vim.bo.fileformat)
  local before = person.text()
  person.contains(before, 'history\r\nof')
  fix()
  no_hint()
  person.same((before:gsub('\r', '')), person.text())
  person.same({ 'unix', true }, { vim.bo.fileformat, vim.bo.modified })
  vim.cmd('silent undo')
  person.same(before, person.text())
  person.eventually('the hint', hint)
end)

it("changes 'fileformat' in a file with so many lines that the fix replaces the prompt", function()
  open(('a 文\r\n'):rep(1200))
  fix()
  person.eventually('LF line ends', function()
    return vim.bo.fileformat == 'unix'
  end)
  no_hint()
  person.same(('a 文\n'):rep(1200), written())
end)

it('leaves other fixes of a file with CRLF line ends as they are', function()
  person.open((LF:gsub('%[" war"%]', '[ war]'):gsub('\n', '\r\n')))
  person.eventually('a warning', function()
    return vim.iter(vim.diagnostic.get(0)):find(function(diagnostic)
      return diagnostic.lnum == 1
    end)
  end)
  vim.api.nvim_win_set_cursor(0, { 2, 9 })
  person.act('Write " war"')
  person.same({ 'dos', (LF:sub(1, -2):gsub('%["', '[ "')) }, { vim.bo.fileformat, person.text() })
end)

it('says that a buffer cannot be changed', function()
  open(CRLF)
  vim.bo.modifiable = false
  person.messages = {}
  fix()
  person.contains(
    person.eventually('a message', function()
      return person.messages[1]
    end),
    "cannot be changed ('nomodifiable')"
  )
  person.same('dos', vim.bo.fileformat)
end)

it('writes the line end at the end of a file, or none, as it was opened', function()
  for _, text in ipairs({ LF, LF:sub(1, -2), CRLF, CRLF:sub(1, -3) }) do
    person.open(text)
    vim.cmd('silent normal! ix')
    person.same('x' .. text, written())
  end
end)
