--- `:Unembed names`: what the project calls its value vectors; choosing one goes to where it is given.
local client = require('unembed.client')

local M = {}

---@param bufnr integer
function M.run(bufnr)
  local server = client.of(bufnr)
  if not server then
    return client.notify('the server is not running for this file; see :checkhealth unembed')
  end
  server:request('workspace/symbol', { query = '' }, function(err, symbols)
    if err then
      return client.notify(err.message)
    elseif #(symbols or {}) == 0 then
      return client.notify('no names yet; `:Unembed name NAME` on a value vector gives one', vim.log.levels.WARN)
    end
    local items = {}
    for _, symbol in ipairs(symbols) do
      local behind = symbol.containerName and symbol.containerName ~= vim.NIL and '  ' .. symbol.containerName or ''
      table.insert(items, { name = symbol.name, location = symbol.location, text = symbol.name .. behind })
    end
    require('unembed.picker').pick({
      title = 'names of this project',
      items = items,
      choose = function(item)
        vim.lsp.util.show_document(item.location, server.offset_encoding, { reuse_win = true, focus = true })
      end,
    })
  end, bufnr)
end

return M
