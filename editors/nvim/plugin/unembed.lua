-- What is there from the start: the command, the mappings to build on, the highlight groups, and the language server,
-- enabled for prompt files. Everything else is loaded when it is used.
if vim.g.loaded_unembed then
  return
end
vim.g.loaded_unembed = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('unembed: Neovim 0.11 or newer is needed; this one is older', vim.log.levels.ERROR)
  return
end

vim.api.nvim_create_user_command('Unembed', function(args)
  require('unembed.command').run(args)
end, {
  nargs = '*',
  desc = 'See why a language model says what it says, and change it',
  complete = function(_, line)
    return require('unembed.command').complete(line)
  end,
})

require('unembed.mappings').define()
require('unembed.highlights').define()

local group = vim.api.nvim_create_augroup('unembed', { clear = true })
vim.api.nvim_create_autocmd({ 'LspAttach', 'LspDetach' }, {
  group = group,
  desc = 'unembed: what a prompt file gets while the server holds it',
  callback = function(args)
    local client = vim.lsp.get_client_by_id(args.data.client_id)
    if client and client.name == 'unembed' then
      local attach = require('unembed.attach')
      attach[args.event == 'LspAttach' and 'attach' or 'detach'](args.buf)
    end
  end,
})
vim.api.nvim_create_autocmd('LspProgress', {
  group = group,
  desc = 'unembed: what an answer waits for',
  callback = function(args)
    require('unembed.client').on_progress(args.data.params.token, args.data.params.value)
  end,
})

vim.lsp.enable('unembed')
