--- The picker telescope.nvim; <C-y> adds the entry to the prompt file.
local M = {}

---@param picking unembed.Picking
function M.pick(picking)
  local actions = require('telescope.actions')
  local action_state = require('telescope.actions.state')
  local values = require('telescope.config').values
  require('telescope.pickers')
    .new({}, {
      prompt_title = picking.title,
      finder = require('telescope.finders').new_table({
        results = picking.items,
        entry_maker = function(item)
          return { value = item, display = item.text, ordinal = item.text }
        end,
      }),
      sorter = values.generic_sorter({}),
      attach_mappings = function(bufnr, map)
        ---@param use fun(item: unembed.PickerItem)
        local function with_entry(use)
          return function()
            local entry = action_state.get_selected_entry()
            actions.close(bufnr)
            if entry then
              use(entry.value)
            end
          end
        end
        actions.select_default:replace(with_entry(picking.choose))
        if picking.add then
          map({ 'i', 'n' }, '<C-y>', with_entry(picking.add))
        end
        return true
      end,
    })
    :find()
end

return M
