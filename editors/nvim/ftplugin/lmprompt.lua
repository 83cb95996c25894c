-- A prompt is verbatim text: no option may change it while it is typed or written.
vim.bo.commentstring = '# %s'
vim.bo.comments = ':#'
vim.bo.textwidth = 0
-- A line end that is written and not shown would be a part of the prompt if a blank line stands before it.
vim.bo.fixendofline = false
vim.opt_local.formatoptions:remove({ 't', 'a' })
vim.b.undo_ftplugin = 'setlocal commentstring< comments< textwidth< fixendofline< formatoptions<'

if vim.fn.has('nvim-0.11') == 1 then
  require('unembed.mappings').attach(vim.api.nvim_get_current_buf())
  -- Neovim does not say that it cannot start a server whose program is missing.
  require('unembed.client').program_missing()
end
