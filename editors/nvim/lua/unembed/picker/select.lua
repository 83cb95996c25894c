--- Choosing with |vim.ui.select()|, which every Neovim has.
local M = {}

---@param picking unembed.Picking
function M.pick(picking)
  vim.ui.select(picking.items, {
    prompt = picking.title,
    kind = 'unembed',
    format_item = function(item)
      -- One line each: the list has its number before it.
      return vim.fn.strcharpart(item.text, 0, vim.o.columns - 8)
    end,
  }, function(item)
    if item then
      picking.choose(item)
    end
  end)
end

return M
