--- The picker |vim.ui.select()|, which every Neovim has.
local text = require('unembed.text')

local M = {}

---@param picking unembed.Picking
function M.pick(picking)
  -- The lines get numbers of one or two digits.
  local shift = {}
  for i, item in ipairs(picking.items) do
    shift[item] = i < 10 and #picking.items >= 10 and ' ' or ''
  end
  vim.ui.select(picking.items, {
    prompt = picking.title,
    kind = 'unembed',
    format_item = function(item)
      -- No entry takes more than one screen line.
      return text.cut(shift[item] .. item.text, vim.o.columns - 8)
    end,
  }, function(item)
    if item then
      picking.choose(item)
    end
  end)
end

return M
