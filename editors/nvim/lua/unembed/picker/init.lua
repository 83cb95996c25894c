--- Chooses one entry of a list: with an installed picker plugin, or with |vim.ui.select()|. Each picker has a file.
local config = require('unembed.config')

local M = {}

---@class unembed.PickerItem
---@field text string the line that is shown and filtered
---@field value any

---@class unembed.Picking
---@field title string
---@field items unembed.PickerItem[]
---@field choose fun(item: unembed.PickerItem)
---@field add fun(item: unembed.PickerItem)? adds the entry to the prompt file

---@class unembed.Picker
---@field pick fun(picking: unembed.Picking)

--- The pickers and the modules of their plugins. The first installed one is used.
---@type {[1]: string, [2]: string}[]
M.known = { { 'telescope', 'telescope' }, { 'fzf', 'fzf-lua' }, { 'snacks', 'snacks' } }

--- Whether a module can be loaded, without loading it.
---@param module string
---@return boolean
local function installed(module)
  return package.loaded[module] ~= nil or package.preload[module] ~= nil or #vim.loader.find(module) > 0
end

--- The picker in use.
---@return string
function M.name()
  local wanted = config.options.picker
  if wanted ~= 'auto' then
    return wanted or 'select'
  end
  for _, known in ipairs(M.known) do
    if installed(known[2]) then
      return known[1]
    end
  end
  return 'select'
end

--- Shows a list of values, and calls back with the one that is chosen.
---@generic T
---@param title string
---@param values T[]
---@param line fun(value: T): string what is shown of a value
---@param choose fun(value: T)
---@param add fun(value: T)? adds the value to the prompt file
function M.pick(title, values, line, choose, add)
  local items = vim.tbl_map(function(value)
    return { text = line(value), value = value }
  end, values)
  ---@param use fun(value: any)
  local function with_value(use)
    return function(item)
      use(item.value)
    end
  end
  ---@type unembed.Picker
  local picker = require('unembed.picker.' .. M.name())
  picker.pick({ title = title, items = items, choose = with_value(choose), add = add and with_value(add) })
end

return M
