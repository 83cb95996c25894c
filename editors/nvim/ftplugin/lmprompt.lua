-- A prompt is verbatim text: nothing here may change it while it is typed or written.
vim.bo.commentstring = '# %s'
vim.bo.comments = ':#'
vim.bo.textwidth = 0
vim.opt_local.formatoptions:remove({ 't', 'a' })
vim.b.undo_ftplugin = 'setlocal commentstring< comments< textwidth< formatoptions<'

if vim.fn.has('nvim-0.11') == 1 then
  require('unembed.mappings').attach(vim.api.nvim_get_current_buf())
  -- Neovim starts no server whose program is missing and is silent about it.
  require('unembed.client').program_missing()
end
