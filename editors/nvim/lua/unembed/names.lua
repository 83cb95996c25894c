--- `:Unembed names`: the project's names in a picker. A chosen name opens the names file at its line.
local client = require('unembed.client')
local text = require('unembed.text')

local M = {}

---@param symbol lsp.WorkspaceSymbol
---@return string
local function line(symbol)
  local behind = text.maybe(symbol.containerName)
  return symbol.name .. (behind and '  ' .. behind or '')
end

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
    require('unembed.picker').pick('names of this project', symbols, line, function(symbol)
      vim.lsp.util.show_document(symbol.location, server.offset_encoding, { reuse_win = true, focus = true })
    end)
  end, bufnr)
end

return M
