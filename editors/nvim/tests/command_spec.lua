-- :Unembed: completion, and one line that says what to do for each wrong use.
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
  'clusters', 'generate', 'hits', 'info', 'log', 'name', 'names', 'restart', 'runs', 'search', 'set', 'toggle',
  'trace', 'vector',
}

it('completes subcommands and their arguments', function()
  person.same(NAMES, vim.fn.getcompletion('Unembed ', 'cmdline'))
  person.same({ 'toggle', 'trace' }, vim.fn.getcompletion('Unembed t', 'cmdline'))
  person.same({ 'off' }, vim.fn.getcompletion('Unembed set of', 'cmdline'))
  person.same({ 'float' }, vim.fn.getcompletion('Unembed generate f', 'cmdline'))
  person.same({}, vim.fn.getcompletion('Unembed info ', 'cmdline'))
end)

it('lists the subcommands, a line each that fits the screen', function()
  local errors = #person.messages_of_level(vim.log.levels.ERROR)
  local lines = vim.split(told('Unembed'), '\n')
  person.same(errors, #person.messages_of_level(vim.log.levels.ERROR))
  person.same(1 + #NAMES, #lines)
  person.contains(lines[1], ':Unembed {subcommand}')
  for i, name in ipairs(NAMES) do
    person.same(name, lines[i + 1]:match('^ (%l+) [%l %[%].]-  %u%l+ .+%w$'), lines[i + 1])
    person.same(true, #lines[i + 1] < 80, lines[i + 1])
  end
end)

it('lists the subcommands after an unknown one', function()
  local said = told('Unembed sing')
  person.same('unembed: no subcommand `sing`; the subcommands are ' .. table.concat(NAMES, ', '), said)
end)

it('asks for a prompt file', function()
  local commands = { 'generate', 'trace', 'runs', 'search food', 'vector L1D1', 'clusters', 'name x', 'toggle' }
  for _, command in ipairs(commands) do
    local said = told('Unembed ' .. command)
    person.same('unembed: not a prompt file (*.prompt); open one first', said, command)
  end
end)

it('lists the windows', function()
  person.open('The history of\n')
  person.contains(told('Unembed generate sideways'), 'float, vertical, horizontal')
end)

it('names a wrong setting', function()
  local ok, err = pcall(require('unembed').setup, { windows = 'float' })
  person.same(false, ok)
  person.contains(err, 'no setting `windows`; the settings are ')
  ok, err = pcall(require('unembed').setup, { window = 'floating' })
  person.same(false, ok)
  person.contains(err, 'float, vertical, horizontal')
end)

it('works from elsewhere on the file that was in use last', function()
  vim.cmd.new()
  vim.cmd('Unembed generate')
  person.contains(person.continuation(), 'The history of')
  vim.cmd.close()
end)

it('says what is missing', function()
  vim.cmd.normal('gg')
  person.contains(told('Unembed vector'), 'no value vector here: give an id')
  person.contains(told('Unembed set'), 'no value vector here: give an id')
  person.contains(told('Unembed toggle'), 'no intervention here')
  person.contains(told('Unembed clusters food'), 'food is not a cluster')
  person.contains(told('Unembed vector L99D1'), 'L99D1')
  person.contains(told('Unembed set L1D1 loud'), 'loud')
  person.same('unembed: no value vector in these lines', told('1Unembed name food'))
  person.same('unembed: trace takes no range', told('1Unembed trace'))
  person.same('unembed: no run `strong`; this file has baseline', told('Unembed runs strong'))
end)

it('shows the state of the server', function()
  local said = told('Unembed info')
  person.contains(said, 'server: running')
  local phases = { 'loading', 'indexing', 'working', 'ready' }
  person.same(true, vim.list_contains(phases, said:match('state: (%l+), ')), said)
end)

it("shows the server's error in one line", function()
  person.open('---\ninterventions:\n  - L99D5: off\n---\nThe history of\n')
  local message = told('Unembed generate')
  person.contains(message, 'L99D5')
  person.same(nil, message:find('\n'))
end)

it('says once that the program is missing, and what to do', function()
  require('unembed').setup({ cmd = { 'no-such-program', 'lsp' } })
  person.messages = {}
  vim.cmd.edit(vim.fn.tempname() .. '.prompt')
  vim.cmd.edit(vim.fn.tempname() .. '.prompt')
  person.same(
    { 'unembed: no program `no-such-program`; install it, or set `cmd` (:help unembed-settings)' },
    person.messages
  )
end)
