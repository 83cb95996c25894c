-- Loads only the plugin. `UNEMBED` is the program's path; without it the program comes from $PATH.
local here = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, 'S').source:sub(2)))
vim.opt.runtimepath:prepend(vim.fs.dirname(here))
vim.opt.swapfile = false
vim.opt.shadafile = 'NONE'
package.path = here .. '/?.lua;' .. package.path
vim.cmd('filetype plugin on | syntax on')
if vim.env.UNEMBED then
  require('unembed').setup({ cmd = { vim.env.UNEMBED, 'lsp' } })
end
