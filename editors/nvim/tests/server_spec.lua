-- The server dies, is restarted, and cancels a request.
local person = require('person')

local bufnr = person.open('---\nconfig: { maxOutputTokens: 8 }\n---\nThe history of\n')

local function client()
  return vim.lsp.get_clients({ bufnr = bufnr, name = 'unembed' })[1]
end

--- Waits for another client than this one.
local function another(old)
  return person.eventually('a new server', function()
    local new = client()
    return new and new.id ~= old.id and new
  end)
end

---@param name string
local function signal(name)
  -- The system keeps 15 bytes of a process's name.
  local program = vim.fs.basename(vim.env.UNEMBED):sub(1, 15)
  for _, pid in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    if (vim.api.nvim_get_proc(pid) or {}).name == program then
      vim.uv.kill(pid, name)
    end
  end
end

it('starts a server that died again, with the unsaved text', function()
  vim.api.nvim_buf_set_lines(bufnr, 3, 4, false, { 'She opened the door and saw the' })
  local old = client()
  signal('sigkill')
  another(old)
  person.contains(table.concat(person.messages, '\n'), 'signal 9; starting the server again')
  person.contains(person.generate(), 'saw the')
end)

it('starts again with the unsaved text when the daemon is killed', function()
  local status = vim.system({ vim.env.UNEMBED, 'status', '--json' }):wait()
  local old = client()
  vim.api.nvim_buf_set_lines(bufnr, 3, 4, false, { 'The king was crowned and the' })
  vim.uv.kill(vim.json.decode(status.stdout).pid, 'sigkill')
  another(old)
  person.contains(table.concat(person.messages, '\n'), 'the daemon was lost; starting the server again')
  person.contains(person.generate(), 'crowned and the')
end)

it('does not wait for the answer of a dead server', function()
  local old = client()
  person.messages = {}
  signal('sigstop')
  vim.cmd('Unembed generate')
  signal('sigkill')
  another(old)
  person.contains(table.concat(person.messages, '\n'), 'unembed: the server ended before it answered')
  person.same(nil, person.float())
end)

it('restarts the server on request', function()
  local old = client()
  vim.cmd('Unembed restart')
  another(old)
  person.generate()
end)

it('stops generating on request, and keeps the text', function()
  vim.cmd('Unembed generate')
  vim.cmd.normal(vim.keycode('<C-c>'))
  person.contains(person.float(), 'cancelled')
  vim.cmd.normal('q')
  person.same(nil, person.float())
end)

it('stops generating when its window closes', function()
  vim.cmd('Unembed generate')
  vim.cmd.normal('q')
  person.same(nil, person.float())
  person.contains(person.generate(), 'stopped at')
end)

it('shows its state in the status line', function()
  person.eventually('a state', function()
    return vim.startswith(require('unembed').statusline(), 'unembed')
  end)
  vim.cmd.new()
  person.same('', require('unembed').statusline())
end)
