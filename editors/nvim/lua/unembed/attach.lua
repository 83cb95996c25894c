--- What a prompt file gets when the server takes it: inlay hints, code lenses, marks, which have a setting each, and
--- whole words from completion.
local client = require('unembed.client')
local config = require('unembed.config')

local M = {}

local group = vim.api.nvim_create_augroup('unembed.attach', { clear = true })

---@param bufnr integer
local function refresh_lenses(bufnr)
  if config.options.lenses and vim.api.nvim_buf_is_loaded(bufnr) and client.of(bufnr) then
    vim.lsp.codelens.refresh({ bufnr = bufnr })
  end
end

---@param bufnr integer
function M.attach(bufnr)
  if vim.bo[bufnr].filetype ~= 'lmprompt' then
    return
  end
  client.last_prompt = bufnr
  if config.options.inlay_hints then
    vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
  end
  refresh_lenses(bufnr)
  require('unembed.marks').refresh(bufnr)
  vim.api.nvim_clear_autocmds({ group = group, buffer = bufnr })
  vim.api.nvim_create_autocmd('BufEnter', {
    group = group,
    buffer = bufnr,
    callback = function()
      client.last_prompt = bufnr
    end,
  })
  vim.api.nvim_create_autocmd('CompleteDone', {
    group = group,
    buffer = bufnr,
    callback = function()
      require('unembed.complete').done(bufnr)
    end,
  })
  vim.api.nvim_create_autocmd({ 'TextChanged', 'InsertLeave', 'BufEnter' }, {
    group = group,
    buffer = bufnr,
    callback = function()
      refresh_lenses(bufnr)
    end,
  })
  vim.api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI', 'InsertLeave' }, {
    group = group,
    buffer = bufnr,
    callback = function()
      require('unembed.marks').refresh(bufnr)
    end,
  })
end

--- A server's answers may have changed, as after a model is loaded, a name given or an index built.
---@param client_id integer
function M.refresh(client_id)
  local server = vim.lsp.get_client_by_id(client_id)
  for bufnr in pairs(server and server.attached_buffers or {}) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.bo[bufnr].filetype == 'lmprompt' then
      refresh_lenses(bufnr)
      require('unembed.marks').refresh(bufnr)
    end
  end
end

--- A server detaches from a buffer.
---@param bufnr integer
function M.detach(bufnr)
  vim.api.nvim_clear_autocmds({ group = group, buffer = bufnr })
  require('unembed.marks').clear(bufnr)
  require('unembed.structure').forget(bufnr)
end

return M
