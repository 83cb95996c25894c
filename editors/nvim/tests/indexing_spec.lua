-- Waiting for a concept index, and the status line, by the fields of the server's status. Needs no server.
local person = require('person')

local builds = require('unembed.builds')
local client = require('unembed.client')
local indexing = require('unembed.indexing')
local status = require('unembed.status')
local structure = require('unembed.structure')

--- The model that each file names, by buffer. A buffer's number is its client's.
---@type table<integer, string>
local models = {}
client.of = function(bufnr)
  return { id = bufnr, attached_buffers = {} }
end
structure.now = function(bufnr)
  return { model = models[bufnr] or vim.NIL }
end

---@param model string
---@param done integer
---@return unembed.IndexBuild
local function build(model, done)
  return { model = model, done = done, all = 200 }
end

---@param phase unembed.Phase
---@param done integer?
---@param ... unembed.IndexBuild other builds
---@return unembed.StatusParams
local function state(phase, done, ...)
  local all = done and 200
  return {
    health = 'ok',
    busy = phase ~= 'ready',
    message = 'words',
    phase = phase,
    subject = 'starter',
    done = done,
    all = all,
    builds = done and { build('starter', done), ... } or { ... },
  }
end

--- Waits for a file, and records what the waiter is told.
---@param bufnr integer?
---@return string[]
local function waiter(bufnr)
  local told = {}
  indexing.wait(bufnr or 1, function(message)
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
  person.same(true, indexing.is_building(1))
end)

it('calls back at once while the rest of the index is built', function()
  local told = waiter()
  person.eventually('the call', function()
    return told[1]
  end)
  person.same({ 'ready' }, told)
end)

it('sees the build while a model loads', function()
  indexing.on_status(1, state('loading', 200))
  person.same(true, indexing.is_building(1))
end)

it('calls back at the end of the build', function()
  local ended = false
  indexing.after(1, function()
    ended = true
  end)
  person.same(false, ended)
  indexing.on_status(1, state('ready'))
  person.same(true, ended)
  person.same(false, indexing.is_building(1))
end)

it('stops waiting when the server ends', function()
  indexing.on_status(2, state('indexing', 0))
  local told = waiter(2)
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

it("waits for the file's own model, of two builds at once", function()
  models[1] = 'openai-community/gpt2'
  local mine = build('openai-community/gpt2', 20)
  indexing.on_status(1, state('indexing', 50))
  person.same(false, indexing.is_building(1))
  local told = waiter()
  indexing.on_status(1, state('indexing', 200, mine))
  indexing.on_status(1, state('loading', nil, mine))
  person.same({ 'building the concept index, 10 %', 'building the concept index, 10 %' }, told)
  local ended = false
  indexing.after(1, function()
    ended = true
  end)
  indexing.on_status(1, state('indexing', 60))
  person.same('ready', told[3])
  person.same(true, ended)
  models[1] = nil
  indexing.on_status(1, nil)
end)

it("knows a file's model however the file writes it", function()
  local starter, gpt2, mine = build('starter', 0), build('openai-community/gpt2', 0), build('mine', 0)
  local function of(named, others)
    local found = builds.find({ gpt2, mine, starter }, { named = named, others = others or {} })
    return found and found.model
  end
  person.same('openai-community/gpt2', of('openai-community/gpt2@main'))
  person.same('openai-community/gpt2', of('gpt2'))
  person.same('mine', of('../models/mine/'))
  person.same('starter', of(nil))
  person.same(nil, of('somebody/gpt2'))
  -- A settings file may set another default.
  local unknown = builds.find({ gpt2, mine }, { named = nil, others = { 'gpt2' } })
  person.same('mine', unknown and unknown.model)
end)

it('shows the phase in the status line', function()
  local function line(params)
    status.set(vim.api.nvim_get_current_buf(), params)
    return require('unembed').statusline()
  end
  person.same('', line(nil))
  person.same('unembed: words', line(state('ready')))
  person.same('unembed …: indexing starter 25 %%', line(state('indexing', 50)))
  person.same('unembed …: words', line(state('working')))
  local two = line(state('indexing', 50, build('large', 20)))
  person.same('unembed …: indexing starter 25 %%, large 10 %%', two)
  person.same('unembed …: words, indexing starter 25 %%', line(state('loading', 50)))
  local missing = vim.tbl_extend('force', state('missing'), { health = 'warning', busy = false })
  person.same('unembed: ! words', line(missing))
  line(nil)
end)
