-- Bad situations: each has a message that says what to do, and nothing hangs.
local person = require('person')

local folder = vim.fn.tempname()
vim.fn.mkdir(folder, 'p')

--- A program in place of `unembed`.
---@param name string
---@param body string of a shell script
---@return string[] cmd
local function program(name, body)
  local file = folder .. '/' .. name
  vim.fn.writefile({ '#!/bin/sh', body }, file)
  vim.uv.fs_chmod(file, 493)
  return { file, 'lsp' }
end

---@param cmd string[]
local function use(cmd)
  person.messages = {}
  require('unembed').setup({ cmd = cmd })
end

---@param text string
local function edit(text)
  local file = vim.fn.tempname() .. '.prompt'
  vim.fn.writefile(vim.split(text, '\n'), file)
  vim.cmd.edit(file)
end

---@param part string
---@return string
local function told(part)
  return person.eventually('a message with ' .. part, function()
    for _, message in ipairs(person.messages) do
      if message:find(part, 1, true) then
        return message
      end
    end
  end)
end

--- A message of the language server's in its frame.
---@param body string
---@return string
local function framed(body)
  return ('Content-Length: %d\\r\\n\\r\\n%s'):format(#body, body)
end

it('says that a program is not a language server, and does not start it for ever', function()
  use(program('older', 'echo "unknown command lsp" >&2; exit 2'))
  edit('The history of')
  person.contains(told('ended with code 2 before it answered'), 'too old? See :checkhealth unembed and :Unembed log')
  local starts = vim.tbl_filter(function(message)
    return message:find('starting the server again', 1, true) ~= nil
  end, person.messages)
  person.same({}, starts)
end)

it('says that a program does not know a command', function()
  local answer = '{"jsonrpc":"2.0","id":1,"result":{"capabilities":{"executeCommandProvider":{"commands":'
    .. '["unembed.generate"]}},"serverInfo":{"name":"unembed","version":"0.0.1"}}}'
  use(program('old', ("printf '%s'; cat >/dev/null"):format(framed(answer))))
  edit('The history of')
  vim.cmd('Unembed search food')
  local said = told('is too old')
  person.contains(said, '(0.0.1) does not know unembed.search; update it, then :Unembed restart')
  vim.cmd('checkhealth unembed')
  person.contains(person.text(), 'it does not know unembed.check_name, unembed.choose, unembed.clusters')
  vim.cmd.bdelete({ bang = true })
  local server = vim.lsp.get_clients({ name = 'unembed' })[1]
  server:stop(true)
  person.eventually('its end', function()
    return vim.lsp.get_clients({ name = 'unembed' })[1] == nil
  end)
end)

it('shows why a server refuses to start', function()
  local answer = '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"no daemon: the folder is not writable"}}'
  use(program('refusing', ("printf '%s'; cat >/dev/null"):format(framed(answer))))
  edit('The history of')
  person.contains(told('the folder is not writable'), 'unembed: ')
end)

it('says above the file and in the status which model is missing', function()
  use({ vim.env.UNEMBED, 'lsp' })
  person.open('---\nmodel: nobody/nothing\n---\nThe history of\n')
  person.eventually('the lens', function()
    for _, lens in ipairs(vim.lsp.codelens.get(0)) do
      if lens.command and lens.command.title:find('no model', 1, true) then
        return true
      end
    end
  end)
  -- The work for the file's signs is shown first.
  person.eventually('the status', function()
    return require('unembed').statusline():find('nobody/nothing', 1, true)
  end)
  person.messages = {}
  vim.cmd('Unembed generate')
  person.contains(told('nobody/nothing'), 'unembed: ')
  person.same({}, person.marks())
end)

it('marks where a prompt that is too long is cut, and says that it cannot be continued', function()
  local bufnr = person.open('---\nmodel: starter\n---\n' .. ('word '):rep(600) .. '\n')
  local diagnostic = person.eventually('a diagnostic', function()
    return vim.diagnostic.get(bufnr)[1]
  end)
  person.contains(diagnostic.message, 'longer than the context')
  vim.cmd('Unembed generate')
  local shown = person.result("the model's context is full")
  person.contains(shown, 'longer than the context')
  person.press('q')
end)

it('works with the valid part of a file with errors', function()
  local bufnr = person.open('---\ninterventions:\n  - L99D1: off\n  - L5D662: 8\n---\nThe history of\n')
  person.eventually('marks', function()
    local marks = person.marks(bufnr)
    return marks[3] == '✗' and (marks[4] or ''):find('●')
  end)
  vim.cmd('Unembed trace')
  person.contains(person.result('intervened'), 'error line 3')
  person.press('q')
end)

it('refuses an answer of another schema version', function()
  local bufnr = person.open('The history of\n')
  local server = vim.lsp.get_clients({ bufnr = bufnr, name = 'unembed' })[1]
  server.request = function(_, _, _, handler)
    handler(nil, { schema = 9, hits = {}, notes = {} })
    return true, 1
  end
  person.messages = {}
  vim.cmd('Unembed search food')
  person.contains(told('schema'), 'answers in schema 9, but this plugin reads schema 1: update the plugin')
  server.request = nil
end)
