-- The default keys: only in prompt files, never in place of a user's mapping, none if a setting turns them off.
local person = require('person')

---@param lhs string
---@return table
local function key(lhs)
  return vim.fn.maparg(lhs, 'n', false, true)
end

vim.g.maplocalleader = ','
vim.keymap.set('n', ',t', '<Cmd>let g:own = 1<CR>')
vim.keymap.set('n', '<Space>g', '<Plug>(unembed-generate)')

it('maps its keys in prompt files only', function()
  person.same({}, key('<C-a>'))
  person.open('The history of\n')
  for _, mapping in ipairs(require('unembed.mappings').all) do
    local lhs = mapping.key and (mapping.key:gsub('<LocalLeader>', ','))
    if lhs and lhs ~= ',t' and lhs ~= ',g' then
      person.same(1, key(lhs).buffer, lhs)
      person.contains(key(lhs).desc, 'unembed: ')
    end
  end
  vim.cmd.new()
  person.same({}, key('<C-a>'))
  vim.cmd.close()
end)

it("keeps a user's mapping, and maps no second key for a <Plug> mapping in use", function()
  person.same(0, key(',t').buffer)
  person.same({}, key(',g'))
  person.press(',t')
  person.same(1, vim.g.own)
end)

it('runs the command of a key', function()
  person.press('<Space>g')
  person.contains(person.continuation(), 'The history of')
end)

it('maps no key if the setting or a common variable turns them off', function()
  for _, turn_off in ipairs({
    function()
      require('unembed').setup({ cmd = { vim.env.UNEMBED, 'lsp' }, mappings = false })
    end,
    function()
      require('unembed').setup({ cmd = { vim.env.UNEMBED, 'lsp' } })
      vim.g.no_plugin_maps = 1
    end,
    function()
      vim.g.no_plugin_maps = nil
      vim.g.no_lmprompt_maps = 1
    end,
  }) do
    turn_off()
    person.open('The history of\n')
    person.same({}, key('<C-a>'))
    person.same({}, key(',x'))
  end
  vim.g.no_lmprompt_maps = nil
  person.open('The history of\n')
  person.same(1, key('<C-a>').buffer)
end)
