-- Concepts: a search, a card, an intervention from it, a name for its value vector.
local person = require('person')

local PROMPT = '---\nmodel: starter\n---\nShe opened the door and saw the\n'
local bufnr = person.open(PROMPT)

it('waits for the index that the first search builds, and shows the card of the chosen hit', function()
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

it('goes from a card to a neighbour, and back', function()
  local first = vim.api.nvim_get_current_line():match('L%d+D%d+')
  local near = person.eventually('words of a neighbour', function()
    return person.text():match('nearest by direction\n[^\n]-(L%d+D%d+) +%a')
  end)
  person.go_to(near)
  person.press('K')
  person.result(near .. '  layer')
  person.press('<BS>')
  person.result(first .. '  layer')
end)

it('goes from a card to its cluster, and from a member to its card', function()
  -- It appears when the index is complete.
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

it('writes a coefficient typed on a card into the prompt file, in one step', function()
  person.will_choose('L4D397')
  vim.cmd('Unembed search food')
  person.result('L4D397  layer')
  person.will_type('8')
  person.press('c')
  person.contains(
    person.eventually('the line', function()
      local text = person.text(bufnr)
      return text:find('L4D397', 1, true) and text
    end),
    'interventions:\n  - L4D397: 8  # '
  )
  -- The server's first strength is offered, and what is typed is not appended to it.
  local client = vim.lsp.get_clients({ bufnr = bufnr, name = 'unembed' })[1]
  local params = {
    command = 'unembed.strengths',
    arguments = { { target = 'L4D397', text = PROMPT, uri = vim.uri_from_bufnr(bufnr) } },
  }
  local answer = assert(client:request_sync('workspace/executeCommand', params, 60000, bufnr))
  local first = answer.result.strengths[1]
  local prompt = ('L4D397 [%s, %s]: '):format(first.value, first.why)
  person.same(
    { prompt, '' },
    { person.asked.prompts[#person.asked.prompts], person.asked.defaults[#person.asked.defaults] }
  )
  person.press('q')
  vim.cmd('silent undo')
  person.same(PROMPT, person.text() .. '\n')
end)

it('writes the coefficient that is offered after an empty answer', function()
  vim.cmd('Unembed vector L4D397')
  person.result('L4D397  layer')
  person.will_type('')
  person.press('c')
  local line = person.eventually('the line', function()
    return person.text(bufnr):match('  %- L4D397: [%d.]+')
  end)
  local offered = person.asked.prompts[#person.asked.prompts]:match('%[([%d.]+),')
  person.same('  - L4D397: ' .. offered, line)
  person.press('q')
  vim.cmd('silent undo')
  person.same(PROMPT, person.text() .. '\n')
end)

it('asks for a concept if none is given', function()
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
    'no value vector found for `zzzzzz` ('
  )
end)

it("shows the server's error about a query", function()
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

it('names a vector in the names file, which the server reads too, and finds it by its name', function()
  vim.cmd('Unembed vector L4D397')
  person.result('L4D397  layer')
  person.will_type('food')
  person.press('r')
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

it('lists the names, and goes to the line of a chosen one', function()
  person.will_choose('food')
  vim.cmd('Unembed names')
  person.eventually('the names file', function()
    return vim.fs.basename(vim.api.nvim_buf_get_name(0)) == 'unembed.names.yaml'
  end)
  person.contains(vim.api.nvim_get_current_line(), 'food')
  -- On a line of the names file, its name is meant.
  person.go_to('food')
  vim.cmd('Unembed vector')
  person.contains(person.result('L4D397  food'), 'promotes')
  person.press('q')
  vim.cmd.buffer(bufnr)
end)

it('asks again for a name that the server refuses', function()
  vim.cmd('Unembed vector L4D397')
  person.result('L4D397  food')
  local offered = {}
  vim.ui.input = function(options, done)
    table.insert(offered, options.default or '')
    done(#offered == 1 and 'a:b' or nil)
  end
  person.press('r')
  person.eventually('a second question', function()
    return #offered == 2
  end)
  person.same({ '', 'a:b' }, offered)
  person.contains(person.messages[#person.messages], 'a:b')
  person.press('q')
end)

it('offers a boost for a group, which has no strength', function()
  vim.cmd('Unembed name meals L4D397 L5D133')
  person.eventually('the group', function()
    return person.text(vim.fn.bufnr('unembed.names.yaml')):find('meals: [L4D397, L5D133]', 1, true)
  end)
  -- Neovim tells the server of a change before a request about the buffer.
  person.same(2, #require('unembed.structure').now(vim.fn.bufnr('unembed.names.yaml')).names)
  person.will_type('')
  vim.cmd('Unembed set meals')
  person.eventually('the line', function()
    return person.text(bufnr):find('  - meals: boost', 1, true)
  end)
  person.same("meals [boost, the layer's largest score]: ", person.asked.prompts[#person.asked.prompts])
  vim.cmd('Unembed set meals remove')
  person.eventually('no line', function()
    return not person.text(bufnr):find('meals', 1, true)
  end)
end)

it('uses the vector under the cursor', function()
  vim.api.nvim_buf_set_lines(bufnr, 1, 2, false, { 'interventions:', '  - food: 3' })
  person.go_to('3')
  vim.cmd('Unembed vector')
  person.result('L4D397  food')
  person.press('q')
end)
