--- `:Unembed names`: the project's names in a picker. A chosen name opens the names file at its line.
local client = require('unembed.client')

local M = {}

---@param bufnr integer
function M.run(bufnr)
  local server = client.of(bufnr)
  if not server then
    return client.notify('the server does not run for this file; see :checkhealth unembed')
  end
  server:request('workspace/symbol', { query = '' }, function(err, symbols)
    if err then
      return client.notify(err.message)
    elseif #(symbols or {}) == 0 then
      local said = 'no names yet; :Unembed name NAME names the value vector under the cursor'
      return client.notify(said, vim.log.levels.WARN)
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
