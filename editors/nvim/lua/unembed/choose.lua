--- The choices of a code action that stands for several changes.
local client = require('unembed.client')

local M = {}

---@param bufnr integer
---@param asked unembed.ChooseArguments
function M.run(bufnr, asked)
  vim.ui.select(asked.choices, {
    prompt = asked.title,
    kind = 'unembed',
    ---@param choice unembed.Choice
    format_item = function(choice)
      return choice.title
    end,
  }, function(_, index)
    if not index then
      return
    end
    client.execute(bufnr, {
      command = 'unembed.choose',
      argument = vim.tbl_extend('force', asked, { choice = index - 1 }),
      on_done = function(err)
        if err then
          client.notify(err)
        end
      end,
    })
  end)
end

return M
