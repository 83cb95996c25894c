-- :Unembed itself: completion, and every way of using it wrongly is one line that says what to do.
local person = require('person')

local function told(command)
  person.messages = {}
  vim.cmd(command)
  return person.eventually('a message', function()
    return person.messages[1]
  end)
end

it('completes subcommands and what follows them', function()
  person.same({ 'generate', 'info', 'log', 'restart', 'trace' }, vim.fn.getcompletion('Unembed ', 'cmdline'))
  person.same({ 'trace' }, vim.fn.getcompletion('Unembed t', 'cmdline'))
  person.same({ 'float' }, vim.fn.getcompletion('Unembed generate f', 'cmdline'))
  person.same({}, vim.fn.getcompletion('Unembed info ', 'cmdline'))
end)

it('names the subcommands that there are', function()
  person.same('unembed: there is no :Unembed sing; there are generate, info, log, restart, trace', told('Unembed sing'))
end)

it('says what a window can be', function()
  person.contains(told('Unembed generate sideways'), 'float, vertical, horizontal')
end)

it('wants a prompt file', function()
  person.same('unembed: this buffer is no prompt file (*.prompt)', told('Unembed generate'))
end)

it('says which setting is wrong', function()
  local ok, err = pcall(require('unembed').setup, { windows = 'float' })
  person.same(false, ok)
  person.contains(err, 'no setting is called windows')
  ok, err = pcall(require('unembed').setup, { window = 'floating' })
  person.same(false, ok)
  person.contains(err, 'float, vertical, horizontal')
end)

it('tells what runs', function()
  person.open('The history of\n')
  person.contains(told('Unembed info'), 'server: running')
end)

it("passes the server's refusal on in one line", function()
  person.open('---\ninterventions:\n  - L99D5: off\n---\nThe history of\n')
  local message = told('Unembed generate')
  person.contains(message, 'L99D5')
  person.same(nil, message:find('\n'))
end)

it('says once that the program is missing, and how to mend it', function()
  require('unembed').setup({ cmd = { 'no-such-program', 'lsp' } })
  person.messages = {}
  vim.cmd.edit(vim.fn.tempname() .. '.prompt')
  vim.cmd.edit(vim.fn.tempname() .. '.prompt')
  person.same({ 'unembed: no program `no-such-program`; install it, or set `cmd` (:help unembed-settings)' }, person.messages)
end)
