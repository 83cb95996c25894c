--- Choosing one of many: with the picker that is installed, or with |vim.ui.select()|. Each picker has a file of its
--- own; it gets the same list and the same two things to do with a chosen entry.
local config = require('unembed.config')

local M = {}

---@class unembed.PickerItem
---@field text string what is shown and filtered by
---@field id string?
---@field cluster integer?
---@field name string?
---@field location lsp.Location?

---@class unembed.Picking
---@field title string
---@field items unembed.PickerItem[]
---@field choose fun(item: unembed.PickerItem)
---@field add fun(item: unembed.PickerItem)? puts it into the prompt file

---@class unembed.Picker
---@field pick fun(picking: unembed.Picking)

--- The pickers that there are a file for, by the module that says they are installed. The first that is there is used.
---@type {[1]: string, [2]: string}[]
M.known = { { 'telescope', 'telescope' }, { 'fzf', 'fzf-lua' }, { 'snacks', 'snacks' } }

--- Whether a module can be loaded; looks for it, and loads nothing.
---@param module string
---@return boolean
local function installed(module)
  return package.loaded[module] ~= nil or package.preload[module] ~= nil or #vim.loader.find(module) > 0
end

--- The name of the picker that is used.
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

---@param picking unembed.Picking
function M.pick(picking)
  ---@type unembed.Picker
  local picker = require('unembed.picker.' .. M.name())
  picker.pick(picking)
end

return M
