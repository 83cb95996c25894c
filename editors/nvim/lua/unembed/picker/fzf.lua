--- The picker fzf-lua; ctrl-y adds the entry to the prompt file.
local M = {}

---@param picking unembed.Picking
function M.pick(picking)
  local lines = {}
  for i, item in ipairs(picking.items) do
    -- fzf shows and filters the text after the number; the number finds the item again.
    table.insert(lines, i .. '\t' .. item.text)
  end
  ---@param use fun(item: unembed.PickerItem)
  local function with_line(use)
    return function(chosen)
      local number = chosen and chosen[1] and tonumber(chosen[1]:match('^(%d+)\t'))
      if number then
        use(picking.items[number])
      end
    end
  end
  require('fzf-lua').fzf_exec(lines, {
    prompt = picking.title .. '> ',
    fzf_opts = { ['--delimiter'] = '\t', ['--with-nth'] = '2..' },
    actions = { ['default'] = with_line(picking.choose), ['ctrl-y'] = picking.add and with_line(picking.add) or nil },
  })
end

return M
