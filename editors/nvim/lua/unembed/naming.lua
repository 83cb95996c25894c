--- Names value vectors in the project's names file. A name that is in use never changes its meaning silently: the user
--- adds to its group or replaces it.
local client = require('unembed.client')
local structure = require('unembed.structure')
local text = require('unembed.text')

local M = {}

local NAMES_FILE = 'unembed.names.yaml'

--- The ids in a text, each once.
---@param written string
---@return unembed.ValueId[]
function M.ids(written)
  local ids = {}
  for id in written:gmatch('%f[%w]' .. text.ID .. '%f[^%w]') do
    if not vim.list_contains(ids, id) then
      table.insert(ids, id)
    end
  end
  return ids
end

---@param ids unembed.ValueId[]
---@return string
local function list(ids)
  return table.concat(ids, ', ')
end

--- Asks about the names files, so that the server knows their text now. Neovim tells it of changes after a while, or
--- before a request about the changed buffer.
---@param bufnr integer
local function send_names(bufnr)
  local server = client.of(bufnr)
  for attached in pairs(server and server.attached_buffers or {}) do
    if vim.fs.basename(vim.api.nvim_buf_get_name(attached)) == NAMES_FILE then
      structure.ask(attached, function() end)
    end
  end
end

--- Gives a name. The server asks the editor to change the names file.
---@param bufnr integer
---@param ids unembed.ValueId[]
---@param name string
---@param existing unembed.ExistingName? what becomes of the vectors that have the name
local function give(bufnr, ids, name, existing)
  client.execute(bufnr, {
    command = 'unembed.name',
    argument = { name = name, ids = ids, existing = existing },
    on_done = function(err)
      if err then
        return client.notify(err)
      end
      local said = '%s is the name of %s; :wall saves it'
      client.notify(said:format(name, list(ids)), vim.log.levels.INFO)
    end,
  })
end

--- Asks what becomes of a name that is in use.
---@param bufnr integer
---@param ids unembed.ValueId[]
---@param name string
---@param before unembed.ValueId[] what it stands for
local function ask_change(bufnr, ids, name, before)
  local added = vim.tbl_filter(function(id)
    return not vim.list_contains(before, id)
  end, ids)
  if #added == 0 and #ids == #before then
    return client.notify(('%s is the name of %s already'):format(name, list(ids)), vim.log.levels.INFO)
  end
  local choices = { { 'Replace: ' .. list(ids), ids, 'replace' }, { 'Cancel' } }
  if #added > 0 then
    local group = vim.list_extend(vim.deepcopy(before), added)
    table.insert(choices, 1, { 'Add to the group: ' .. list(group), group, 'add' })
  end
  vim.ui.select(choices, {
    prompt = ('%s is the name of %s'):format(name, list(before)),
    kind = 'unembed',
    format_item = function(choice)
      return choice[1]
    end,
  }, function(choice)
    if choice and choice[2] then
      give(bufnr, choice[2], name, choice[3])
    end
  end)
end

local ask_name

--- Gives value vectors a name that the server takes; asks first if it is in use, and again if it cannot be a name.
---@param bufnr integer
---@param ids unembed.ValueId[]
---@param name string
local function check(bufnr, ids, name)
  send_names(bufnr)
  client.ask(bufnr, 'unembed.check_name', { name = name }, function(result)
    local problem = text.maybe(result.problem)
    if problem then
      client.notify(problem)
      ask_name(bufnr, ids, name)
    elseif #result.vectors > 0 then
      ask_change(bufnr, ids, name, result.vectors)
    else
      give(bufnr, ids, name)
    end
  end)
end

---@param bufnr integer
---@param ids unembed.ValueId[]
---@param before string? the name that was refused
function ask_name(bufnr, ids, before)
  vim.ui.input({ prompt = ('name of %s: '):format(list(ids)), default = before }, function(given)
    local name = given and vim.trim(given)
    if not name or name == '' then
      return
    end
    check(bufnr, ids, name)
  end)
end

--- Gives value vectors a name: one for all, which makes them a group.
---@param bufnr integer
---@param ids unembed.ValueId[]
---@param name string? asked for where absent
function M.name(bufnr, ids, name)
  if not name then
    return ask_name(bufnr, ids)
  end
  check(bufnr, ids, name)
end

return M
