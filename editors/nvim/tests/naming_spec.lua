-- Names: one value vector or a group; a name that is in use asks before its meaning changes.
local person = require('person')

local bufnr = person.open('---\nmodel: starter\ninterventions:\n  - L5D662: 8\n  - L2D343: 8\n---\nThe history of\n')

--- The names file's text, once it holds a part.
---@param part string
---@return string
local function names(part)
  return person.eventually('a names file with ' .. part, function()
    local found = vim.fn.bufnr('unembed.names.yaml')
    local text = found ~= -1 and person.text(found)
    return text and text:find(part, 1, true) and text
  end)
end

--- Runs a command and waits until a message says that it is done.
---@param command string
---@param message string
local function run(command, message)
  person.messages = {}
  vim.cmd(command)
  person.eventually(message, function()
    return vim.list_contains(person.messages, 'unembed: ' .. message)
  end)
end

it('names the value vectors that are given', function()
  run('Unembed name illness L5D662', 'illness is the name of L5D662; :wall saves it')
  names('illness: L5D662')
  person.will_type('two words')
  run('Unembed name L4D397 L2D7', 'two words is the name of L4D397, L2D7; :wall saves it')
  names('two words')
  person.contains(names('two words'), '[L4D397, L2D7]')
end)

it('adds to the group of a name that is in use', function()
  person.will_choose('Add to the group: L5D662, L2D343')
  run('Unembed name illness L2D343', 'illness is the name of L5D662, L2D343; :wall saves it')
  names('illness: [L5D662, L2D343]')
  person.same('illness is the name of L5D662', person.asked.titles[#person.asked.titles])
  person.same(
    { 'Add to the group: L5D662, L2D343', 'Replace: L2D343', 'Cancel' },
    person.asked.lists[#person.asked.lists]
  )
end)

it('keeps a name that is in use after Cancel, and after no answer', function()
  local before = names('illness')
  local requests = 0
  local client = vim.lsp.get_clients({ bufnr = bufnr, name = 'unembed' })[1]
  local request = client.request
  client.request = function(self, method, params, ...)
    requests = requests + (params.command == 'unembed.name' and 1 or 0)
    return request(self, method, params, ...)
  end
  local asked
  for _, answer in ipairs({ 'Cancel', '' }) do
    vim.ui.select = function(items, options, done)
      asked = true
      done(vim.iter(items):find(function(item)
        return options.format_item(item) == answer
      end))
    end
    asked = false
    vim.cmd('Unembed name illness L1D5')
    person.eventually('a question', function()
      return asked
    end)
  end
  client.request = request
  person.same({ 0, before }, { requests, names('illness') })
end)

it('replaces the meaning of a name on request', function()
  person.will_choose('Replace: L4D397')
  run('Unembed name illness L4D397', 'illness is the name of L4D397; :wall saves it')
  names('illness: L4D397')
  -- A part of a group adds nothing.
  person.will_choose('Replace: L2D7')
  run('Unembed name two words L2D7', 'two words is the name of L2D7; :wall saves it')
  names('"two words": L2D7')
  person.same({ 'Replace: L2D7', 'Cancel' }, person.asked.lists[#person.asked.lists])
end)

it('says that a value vector has the name already', function()
  run('Unembed name illness L4D397', 'illness is the name of L4D397 already')
end)

it('names the value vectors of a range of lines', function()
  run('4,5Unembed name disease', 'disease is the name of L5D662, L2D343; :wall saves it')
  names('disease: [L5D662, L2D343]')
end)

it('names the selected hits of a search', function()
  vim.cmd('Unembed hits food')
  local text = person.result('relevance')
  local first, second = text:match('(L%d+D%d+).-\n[^\n]-(L%d+D%d+)')
  person.same(first, vim.api.nvim_get_current_line():match('L%d+D%d+'))
  person.will_type('foods')
  person.press('Vjr')
  names(('foods: [%s, %s]'):format(first, second))
  person.same('n', vim.fn.mode())
  person.same(('name of %s, %s: '):format(first, second), person.asked.prompts[#person.asked.prompts])
  person.press('K')
  person.contains(person.result(', norm '), second)
  person.press('q')
  person.result('relevance')
  person.press('q')
end)

it("takes a name of another model's for a free one", function()
  local file = vim.fn.bufnr('unembed.names.yaml')
  vim.api.nvim_buf_set_lines(file, -1, -1, false, { '"00000000000000000000000000000000": # other', '  other: L1D1' })
  run('Unembed name other L2D7', 'other is the name of L2D7; :wall saves it')
  person.contains(names('other: L2D7'), 'other: L1D1')
end)
