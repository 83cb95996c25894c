--- The picker snacks.nvim; <C-y> adds the entry to the prompt file.
local M = {}

---@param picking unembed.Picking
function M.pick(picking)
  local items = {}
  for _, item in ipairs(picking.items) do
    table.insert(items, { text = item.text, item = item })
  end
  ---@param use fun(item: unembed.PickerItem)
  local function with_item(use)
    return function(picker, chosen)
      picker:close()
      if chosen then
        vim.schedule(function()
          use(chosen.item)
        end)
      end
    end
  end
  require('snacks').picker.pick({
    title = picking.title,
    items = items,
    format = 'text',
    layout = { preset = 'select' },
    confirm = with_item(picking.choose),
    actions = picking.add and { unembed_add = with_item(picking.add) } or nil,
    win = picking.add and { input = { keys = { ['<C-y>'] = { 'unembed_add', mode = { 'i', 'n' } } } } } or nil,
  })
end

return M
