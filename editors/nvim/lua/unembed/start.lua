--- Starts the server's process for Neovim's client.
local aside = require('unembed.aside')
local client = require('unembed.client')
local config = require('unembed.config')

local M = {}

--- The server's answer as Neovim needs it.
---@param method string
---@param params any
---@param result any
---@return any
local function answer(method, params, result)
  if method == 'textDocument/codeAction' and type(result) == 'table' then
    return require('unembed.line_ends').answer(result, vim.uri_to_bufnr(params.textDocument.uri))
  end
  return aside.answer(method, result)
end

--- `cmd` of |vim.lsp.Config|. If the server refuses to start, its reason is shown and the server is stopped. Neovim's
--- client would show a stack trace.
---@param dispatchers vim.lsp.rpc.Dispatchers
---@return vim.lsp.rpc.PublicClient
function M.cmd(dispatchers)
  local rpc = vim.lsp.rpc.start(config.options.cmd, dispatchers)
  local request = rpc.request
  ---@diagnostic disable-next-line: duplicate-set-field
  rpc.request = function(method, params, callback, on_reply)
    return request(method, params, function(err, result)
      if not err or method ~= 'initialize' then
        return callback(err, answer(method, params, result))
      end
      client.notify(err.message .. '; after that :Unembed restart')
      rpc.terminate()
    end, on_reply)
  end
  return rpc
end

return M
