-- :Unembed itself: completion, and every way of using it wrongly is one line that says what to do.
local person = require('person')

local function told(command)
  person.messages = {}
  vim.cmd(command)
  return person.eventually('a message', function()
    return person.messages[1]
  end)
end

-- stylua: ignore
local NAMES = {
  'clusters', 'generate', 'info', 'log', 'name', 'names', 'restart', 'search', 'set', 'toggle', 'trace', 'vector',
}

it('completes subcommands and what follows them', function()
  person.same(NAMES, vim.fn.getcompletion('Unembed ', 'cmdline'))
  person.same({ 'toggle', 'trace' }, vim.fn.getcompletion('Unembed t', 'cmdline'))
  person.same({ 'off' }, vim.fn.getcompletion('Unembed set of', 'cmdline'))
  person.same({ 'float' }, vim.fn.getcompletion('Unembed generate f', 'cmdline'))
  person.same({}, vim.fn.getcompletion('Unembed info ', 'cmdline'))
end)

it('names the subcommands that there are', function()
  person.same('unembed: there is no :Unembed sing; there are ' .. table.concat(NAMES, ', '), told('Unembed sing'))
end)

it('wants a prompt file', function()
  for _, command in ipairs({ 'generate', 'trace', 'search food', 'vector L1D1', 'clusters', 'name x', 'toggle' }) do
    local said = told('Unembed ' .. command)
    person.same(
      'unembed: this buffer is no prompt file (*.prompt), and none was open before: open one first',
      said,
      command
    )
  end
end)

it('says what a window can be', function()
  person.open('The history of\n')
  person.contains(told('Unembed generate sideways'), 'float, vertical, horizontal')
end)

it('says which setting is wrong', function()
  local ok, err = pcall(require('unembed').setup, { windows = 'float' })
  person.same(false, ok)
  person.contains(err, 'no setting is called windows')
  ok, err = pcall(require('unembed').setup, { window = 'floating' })
  person.same(false, ok)
  person.contains(err, 'float, vertical, horizontal')
end)

it('works on the file that was last in use from elsewhere', function()
  vim.cmd.new()
  vim.cmd('Unembed generate')
  person.contains(person.continuation(), 'The history of')
  vim.cmd.close()
end)

it('says what it needs', function()
  vim.cmd.normal('gg')
  person.contains(told('Unembed vector'), 'here is no value vector: name one')
  person.contains(told('Unembed set'), 'here is no value vector: name one')
  person.contains(told('Unembed toggle'), 'here is no intervention')
  person.contains(told('Unembed clusters food'), 'food is no cluster')
  person.contains(told('Unembed vector L99D1'), 'L99D1')
  person.contains(told('Unembed set L1D1 loud'), 'loud')
end)

it('tells what runs', function()
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
  person.same(
    { 'unembed: no program `no-such-program`; install it, or set `cmd` (:help unembed-settings)' },
    person.messages
  )
end)
