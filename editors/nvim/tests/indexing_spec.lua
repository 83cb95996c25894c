-- Waiting for a concept index, and the status line, by the fields of the server's status. Needs no server.
local person = require('person')

local indexing = require('unembed.indexing')
local status = require('unembed.status')

---@param phase unembed.Phase
---@param done integer?
---@return unembed.StatusParams
local function state(phase, done)
  local all = done and 200
  return {
    health = 'ok',
    busy = phase ~= 'ready',
    message = 'words',
    phase = phase,
    subject = 'starter',
    done = done,
    all = all,
  }
end

--- Waits, and records what the waiter is told.
---@return string[]
local function waiter()
  local told = {}
  indexing.wait(function(message)
    table.insert(told, message)
  end, function()
    table.insert(told, 'ready')
  end, function()
    table.insert(told, 'none')
  end)
  return told
end

it('waits until a search finds every value vector', function()
  indexing.on_status(1, state('indexing', 0))
  local told = waiter()
  indexing.on_status(1, state('indexing', 50))
  indexing.on_status(1, state('indexing', 200))
  person.same({ 'building the concept index, 25 %', 'ready' }, told)
  person.same(true, indexing.is_building())
end)

it('calls back at once while the rest of the index is built', function()
  local told = waiter()
  person.eventually('the call', function()
    return told[1]
  end)
  person.same({ 'ready' }, told)
end)

it('knows nothing new while a model loads', function()
  indexing.on_status(1, state('loading'))
  person.same(true, indexing.is_building())
end)

it('calls back at the end of the build', function()
  local ended = false
  indexing.after(function()
    ended = true
  end)
  person.same(false, ended)
  indexing.on_status(1, state('ready'))
  person.same(true, ended)
  person.same(false, indexing.is_building())
end)

it('stops waiting when the server ends', function()
  indexing.on_status(2, state('indexing', 0))
  local told = waiter()
  indexing.on_status(2, nil)
  person.same({ 'ready' }, told)
end)

it('says that no index is being built', function()
  local told = waiter()
  person.eventually('the answer', function()
    return told[1]
  end)
  person.same({ 'none' }, told)
end)

it('shows the phase in the status line', function()
  local client = require('unembed.client')
  local of = client.of
  client.of = function()
    return { id = 7 }
  end
  local function line(params)
    status.set(7, params)
    return require('unembed').statusline()
  end
  person.same('', line(nil))
  person.same('unembed: words', line(state('ready')))
  person.same('unembed …: indexing starter 25 %%', line(state('indexing', 50)))
  person.same('unembed …: words', line(state('working')))
  local missing = vim.tbl_extend('force', state('missing'), { health = 'warning', busy = false })
  person.same('unembed: ! words', line(missing))
  status.set(7, nil)
  client.of = of
end)
