-- Loaded at Neovim's start: the command, the <Plug> mappings, the highlight groups, and the language server for prompt
-- files. Everything else is loaded at its first use.
if vim.g.loaded_unembed then
  return
end
vim.g.loaded_unembed = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('unembed: this Neovim is too old; 0.11 or newer is needed', vim.log.levels.ERROR)
  return
end

vim.api.nvim_create_user_command('Unembed', function(args)
  require('unembed.command').run(args)
end, {
  nargs = '*',
  range = true,
  desc = 'See why a language model predicts a word, and change it',
  complete = function(_, line)
    return require('unembed.command').complete(line)
  end,
})

require('unembed.mappings').define()
require('unembed.highlights').define()

local group = vim.api.nvim_create_augroup('unembed', { clear = true })
vim.api.nvim_create_autocmd({ 'LspAttach', 'LspDetach' }, {
  group = group,
  desc = 'unembed: set a prompt file up for the server',
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
  desc = 'unembed: show what an answer waits for',
  callback = function(args)
    require('unembed.client').on_progress(args.data.params.token, args.data.params.value)
  end,
})
vim.api.nvim_create_autocmd('VimResized', {
  group = group,
  desc = "unembed: fit the hovers' tables to the screen",
  callback = function()
    require('unembed.hover').resized()
  end,
})
vim.api.nvim_create_autocmd('OptionSet', {
  group = group,
  pattern = { 'endofline', 'fileformat' },
  desc = 'unembed: tell the server the line ends of a prompt file',
  callback = function()
    require('unembed.line_ends').changed(vim.api.nvim_get_current_buf())
  end,
})

vim.lsp.enable('unembed')
