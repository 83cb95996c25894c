-- Choosing hits with picker plugins. A stand-in for each plugin has the interface from its documentation: the list, and
-- the functions of its keys.
local person = require('person')

local picker = require('unembed.picker')

---@type {title: string, lines: string[], choose: fun(), add: fun()}?
local shown

--- The part of telescope.nvim that is used.
local function telescope()
  local entries, default, keys = {}, nil, {}
  package.preload['telescope'] = function()
    return {}
  end
  package.preload['telescope.actions'] = function()
    return {
      close = function() end,
      select_default = {
        replace = function(_, use)
          default = use
        end,
      },
    }
  end
  package.preload['telescope.actions.state'] = function()
    return {
      get_selected_entry = function()
        return entries[1]
      end,
    }
  end
  package.preload['telescope.config'] = function()
    return { values = { generic_sorter = function() end } }
  end
  package.preload['telescope.finders'] = function()
    return {
      new_table = function(of)
        entries = vim.tbl_map(of.entry_maker, of.results)
        return entries
      end,
    }
  end
  package.preload['telescope.pickers'] = function()
    return {
      new = function(_, of)
        return {
          find = function()
            of.attach_mappings(0, function(_, lhs, use)
              keys[lhs] = use
            end)
            local lines = vim.tbl_map(function(entry)
              return entry.display
            end, entries)
            shown = { title = of.prompt_title, lines = lines, choose = default, add = keys['<C-y>'] }
          end,
        }
      end,
    }
  end
end

--- The part of fzf-lua that is used.
local function fzf()
  package.preload['fzf-lua'] = function()
    return {
      fzf_exec = function(lines, of)
        shown = {
          title = of.prompt,
          lines = vim.tbl_map(function(line)
            return (line:gsub('^%d+\t', ''))
          end, lines),
          choose = function()
            of.actions['default']({ lines[1] })
          end,
          add = function()
            of.actions['ctrl-y']({ lines[1] })
          end,
        }
      end,
    }
  end
end

--- The part of snacks.nvim that is used.
local function snacks()
  package.preload['snacks'] = function()
    return {
      picker = {
        pick = function(of)
          local open = { close = function() end }
          shown = {
            title = of.title,
            lines = vim.tbl_map(function(item)
              return item.text
            end, of.items),
            choose = function()
              of.confirm(open, of.items[1])
            end,
            add = function()
              of.actions[of.win.input.keys['<C-y>'][1]](open, of.items[1])
            end,
          }
        end,
      },
    }
  end
end

it('cuts a text to columns, and says so', function()
  local cut = require('unembed.text').cut
  person.same(
    { 'abc', 'ab…', '文…', '…' },
    { cut('abc', 3), cut('abcd', 3), cut('文文', 3), cut('文文', 2) }
  )
end)

local bufnr = person.open('---\nmodel: starter\n---\nThe history of\n')

--- Searches; returns what the picker shows.
local function search()
  shown = nil
  vim.cmd('Unembed search food')
  return person.eventually('a picker', function()
    return shown
  end)
end

it('uses vim.ui.select without a plugin', function()
  person.same('select', picker.name())
end)

for _, plugin in ipairs({ { 'snacks', snacks }, { 'fzf', fzf }, { 'telescope', telescope } }) do
  local name, install = plugin[1], plugin[2]

  it('uses ' .. name .. ' if it is installed, to show a hit and to add one', function()
    install()
    person.same(name, picker.name())
    local found = search()
    person.contains(found.title, 'food')
    local id = found.lines[1]:match('L%d+D%d+')
    found.choose()
    person.result(id .. '  layer')
    person.press('q')
    person.will_type('4')
    found.add()
    person.eventually('the line', function()
      return person.text(bufnr):find(id .. ': 4', 1, true)
    end)
    vim.cmd('silent undo')
  end)
end

it('uses the picker of the setting', function()
  require('unembed').setup({ cmd = { vim.env.UNEMBED, 'lsp' }, picker = 'select' })
  person.same('select', picker.name())
end)
