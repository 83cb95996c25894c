-- Completion in a list of interventions, typed in a Neovim of its own: value vectors by concept, and names.
local person = require('person')

local TEXT = { '---', 'interventions:', '  - L2D7: 8', 'track: [" war"]', '---', 'The history of' }
person.open(table.concat(TEXT, '\n') .. '\n')
local file = vim.api.nvim_buf_get_name(0)
person.will_type('two words')
for given, part in pairs({ ['illness L5D662'] = 'illness:', ['L2D343 L2D7'] = 'two words' }) do
  vim.cmd('Unembed name ' .. given)
  person.eventually('the name', function()
    local names = vim.fn.bufnr('unembed.names.yaml')
    return names ~= -1 and person.text(names):find(part, 1, true)
  end)
end
vim.cmd('silent wall')

local command = { vim.v.progpath, '--embed', '--headless', '-u', person.folder .. '/minimal_init.lua', file }
local other = vim.fn.jobstart(command, { rpc = true })

---@param expression string
---@return any
local function eval(expression)
  return vim.rpcrequest(other, 'nvim_eval', expression)
end

---@param keys string
local function type_keys(keys)
  vim.rpcrequest(other, 'nvim_input', keys)
end

--- Types keys on a new line of the list and asks for completion.
---@param target string
---@return string[] offers a line each
local function complete(target)
  type_keys(('<C-\\><C-n>3Go%s<C-x><C-o>'):format(target))
  local items = person.eventually('offers for ' .. target, function()
    local shown = eval('complete_info(["items"]).items')
    return #shown > 0 and shown
  end)
  return vim.tbl_map(function(item)
    return item.abbr .. ' ' .. item.menu
  end, items)
end

--- Leaves Insert mode and takes the typed line back.
local function undo()
  type_keys('<C-e><C-\\><C-n>:silent! undo 0<CR>')
  person.eventually('the text', function()
    return vim.deep_equal(TEXT, eval('getline(1, "$")'))
  end)
end

it('is the omni completion of a prompt file', function()
  -- The concepts are those of the index, which the first search builds.
  person.will_choose('food')
  vim.cmd('Unembed search food')
  person.result('promotes')
  person.press('q')
  person.eventually('the server', function()
    return eval([[luaeval('#vim.lsp.get_clients({ bufnr = 0, name = "unembed" })')]]) == 1
  end)
  person.same('v:lua.vim.lsp.omnifunc', eval('&omnifunc'))
end)

--- Types more keys and waits for the line.
---@param keys string
---@param pattern string
local function write(keys, pattern)
  type_keys(keys)
  person.eventually('a line ' .. pattern, function()
    return eval('getline(4)'):match(pattern)
  end)
  undo()
end

it('offers value vectors by concept, and writes the chosen one with the blank that its value needs', function()
  local offers = complete('- food')
  person.same(20, #offers)
  person.contains(offers[1], 'L4D397 meat, food')
  write('<C-y>8', '^  %- L4D397: 8$')
  complete('- food')
  -- Without <C-y>.
  write('<C-n>8', '^  %- L5D133: 8$')
  complete('food')
  write('<C-y>off', '^  %- L4D397: off$')
end)

it('offers the names of the project first, and writes one of several words', function()
  person.same('illness L5D662: disease, patient, illness', complete('- ill')[1]:sub(1, 41))
  write('<C-y>8', '^  %- illness: 8$')
  local offers = complete('- ')
  person.same({ 'illness', 'two words' }, { offers[1]:match('^%a+'), offers[2]:match('^%a+ %a+') })
  undo()
  person.contains(complete('- two')[1], 'two words 2 vectors')
  write('<C-y>8', '^  %- "?two words"?: 8$')
end)

it('writes nothing after <C-e>', function()
  complete('- food')
  write('<C-e>', '^  %- food$')
end)

vim.fn.jobstop(other)
