--- Fetches a model that a prompt file names. The message line shows the progress.
local client = require('unembed.client')

local M = {}

---@param bufnr integer
---@param id string a Hugging Face id
function M.run(bufnr, id)
  client.execute(bufnr, {
    command = 'unembed.fetch',
    argument = { id = id },
    on_done = function(err)
      if err then
        return client.notify(err)
      end
      client.notify(('%s is fetched'):format(id), vim.log.levels.INFO)
    end,
  })
end

return M
