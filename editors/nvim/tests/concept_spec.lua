-- Concepts: searched, chosen, looked at, put into the prompt file, named.
local person = require('person')

local PROMPT = '---\nmodel: starter\n---\nShe opened the door and saw the\n'
local bufnr = person.open(PROMPT)

it('waits for the index that the first search builds, and shows the card of the hit that is chosen', function()
  person.will_choose('food')
  vim.cmd('Unembed search food')
  local card = person.result('promotes')
  person.contains(person.asked.titles[1], 'food')
  local list = person.asked.lists[1]
  person.contains(list[1], 'L')
  person.contains(card, 'L')
  person.contains(card, '␣food')
  person.contains(card, 'suppresses')
end)

it('goes from a card to what is near, and back', function()
  local first = vim.api.nvim_get_current_line():match('L%d+D%d+')
  local near = person.eventually('words of what is near', function()
    return person.text():match('nearest by direction\n[^\n]-(L%d+D%d+) +%a')
  end)
  person.go_to(near)
  person.press('K')
  person.result(near .. '  layer')
  person.press('<BS>')
  person.result(first .. '  layer')
end)

it('goes from a card to its cluster, and from a member to its card', function()
  -- It comes when the index is whole.
  local cluster = person.eventually('the cluster', function()
    return person.text():match('\ncluster %d+')
  end)
  person.go_to(vim.trim(cluster))
  person.press('K')
  person.result('value vectors, cohesion')
  local member = vim.api.nvim_get_current_line():match('L%d+D%d+')
  person.press('<CR>')
  person.result(member .. '  layer')
  person.press('q')
  person.result('value vectors, cohesion')
  person.press('q')
end)

it('writes what is typed on a card into the prompt file, in one step', function()
  person.will_choose('L4D397')
  vim.cmd('Unembed search food')
  person.result('L4D397  layer')
  person.will_type('8')
  person.press('e')
  person.contains(
    person.eventually('the line', function()
      local text = person.text(bufnr)
      return text:find('L4D397', 1, true) and text
    end),
    'interventions:\n  - L4D397: 8  # '
  )
  -- What text makes it at most is what is proposed.
  person.same(true, tonumber(person.asked.defaults[#person.asked.defaults]) > 0)
  person.press('q')
  vim.cmd('silent undo')
  person.same(PROMPT, person.text() .. '\n')
end)

it('asks for a concept where none is given', function()
  person.will_type('war')
  person.will_choose('France')
  vim.cmd('Unembed search')
  person.result('promotes')
  person.press('q')
end)

it('says that nothing was found', function()
  person.messages = {}
  vim.cmd('Unembed search zzzzzz')
  person.contains(
    person.eventually('a message', function()
      return person.messages[1]
    end),
    'nothing stands for `zzzzzz` ('
  )
end)

it('passes on what is wrong with a query', function()
  person.messages = {}
  vim.cmd('Unembed search like L99D1')
  person.contains(
    person.eventually('a message', function()
      return person.messages[1]
    end),
    'L99D1 is not in starter'
  )
end)

it('browses clusters', function()
  person.will_choose('vectors')
  vim.cmd('Unembed clusters')
  person.result('cluster 0')
  person.press('q')
  vim.cmd('Unembed clusters 3')
  person.result('cluster 3')
  person.press('q')
end)

it('names a vector in the names file, which the server holds too, and finds it by its name', function()
  vim.cmd('Unembed vector L4D397')
  person.result('L4D397  layer')
  person.will_type('food')
  person.press('n')
  local names = person.eventually('the names file', function()
    local found = vim.fn.bufnr('unembed.names.yaml')
    return found ~= -1 and person.text(found):find('food', 1, true) and found
  end)
  person.contains(person.text(names), 'L4D397')
  person.press('q')
  person.eventually('the server, at the names file', function()
    return vim.lsp.get_clients({ bufnr = names, name = 'unembed' })[1]
  end)
  vim.cmd('Unembed vector food')
  person.contains(person.result('L4D397  food'), 'promotes')
  person.press('q')
end)

it('lists the names, and goes to where one is given', function()
  person.will_choose('food')
  vim.cmd('Unembed names')
  person.eventually('the names file', function()
    return vim.fs.basename(vim.api.nvim_buf_get_name(0)) == 'unembed.names.yaml'
  end)
  person.contains(vim.api.nvim_get_current_line(), 'food')
  vim.cmd.buffer(bufnr)
end)

it('takes the vector under the cursor', function()
  vim.api.nvim_buf_set_lines(bufnr, 1, 2, false, { 'interventions:', '  - food: 3' })
  person.go_to('3')
  vim.cmd('Unembed vector')
  person.result('L4D397  food')
  person.press('q')
end)
