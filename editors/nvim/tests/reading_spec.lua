-- A result is read as any other text: motions, searches and yanks are Neovim's own, and `g?` lists the other keys.
local person = require('person')

person.open('---\ninterventions:\n  - L5D662: 8\n---\nThe history of\n')

-- stylua: ignore
local NEOVIMS_OWN = {
  'h', 'j', 'k', 'l', 'w', 'W', 'b', 'B', 'e', 'E', 'ge', 'gE', '0', '^', '$', 'g_', '|', 'gg', 'G', 'f', 'F', 't',
  'T', ';', ',', '/', '?', 'n', 'N', '*', '#', '%',
  '(', ')', '{', '}', 'H', 'M', 'L', '+', '-', '_', 'm', "'", '`', 'y', 'v',
  'V', 'z', ':', '<C-d>', '<C-u>', '<C-f>', '<C-b>', '<C-o>', 'zo', 'zc', 'zR',
}

--- Opens each result, and calls back with its name.
---@param use fun(name: string)
local function in_each_result(use)
  local results = {
    ['trace'] = 'dominant sub-updates',
    ['vector L5D662'] = 'suppresses',
    ['clusters 3'] = 'cohesion',
    ['hits food'] = 'relevance',
    ['generate'] = 'stopped at',
  }
  for command, part in pairs(results) do
    vim.cmd('Unembed ' .. command)
    person.result(part)
    use(command)
    person.press('q')
  end
end

person.will_choose('food')
vim.cmd('Unembed search food')
person.result('promotes')
-- Clusters appear when the index is complete.
person.eventually('the cluster', function()
  return person.text():find('\ncluster %d+')
end)
person.press('q')

it('maps no motion, search or yank in any result', function()
  in_each_result(function(name)
    for _, mode in ipairs({ 'n', 'x', 'o' }) do
      for _, key in ipairs(NEOVIMS_OWN) do
        person.same(0, vim.fn.maparg(key, mode, false, true).buffer or 0, name .. ' ' .. key)
      end
    end
  end)
end)

it('goes on to the next match and by words in a trace', function()
  vim.cmd('Unembed trace')
  person.result('dominant sub-updates')
  local function line_after(keys)
    person.press(keys)
    return vim.fn.line('.')
  end
  local first = line_after('gg/dominant<CR>')
  local second = line_after('n')
  person.same(true, second > first)
  person.same(first, line_after('N'))
  person.press('gg0w')
  person.same(true, vim.fn.col('.') > 1)
  person.press('b')
  person.same(1, vim.fn.col('.'))
  person.press('e')
  person.same(#'starter', vim.fn.col('.'))
  person.press('q')
end)

it('lists every key of a result, and explains it in the help', function()
  local help = table.concat(vim.fn.readfile(vim.api.nvim_get_runtime_file('doc/unembed.txt', false)[1]), '\n'):lower()
  in_each_result(function(name)
    local listed = vim.fn.execute('normal g?')
    for _, mapping in ipairs(vim.api.nvim_buf_get_keymap(0, 'n')) do
      person.contains(listed, mapping.desc)
      local key = vim.pesc(mapping.lhs:lower())
      local explained = help:find('\n' .. key .. ' ') or help:find('`' .. key .. '`') or #key > 1 and help:find(key)
      person.same(true, explained ~= nil and explained ~= false, name .. ' ' .. mapping.lhs)
    end
  end)
end)

it('says at the edge that a line is cut, where a cut number would read as another one', function()
  in_each_result(function(name)
    person.same({ false, true, 'extends:…,precedes:…' }, { vim.wo.wrap, vim.wo.list, vim.wo.listchars }, name)
  end)
end)

it("keeps the way to the list of keys on a narrow window's edge", function()
  vim.o.columns = 60
  vim.cmd('Unembed trace')
  person.result('dominant sub-updates')
  local edge = vim.api.nvim_eval_statusline(vim.wo.winbar, { use_winbar = true, maxwidth = 60 }).str
  person.same('unembed trace', edge:match('^unembed trace'))
  person.same(' q close · g? keys ', edge:match(' q close · g%? keys $'))
  person.press('q')
  vim.o.columns = 80
end)
