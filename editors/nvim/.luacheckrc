-- For luacheck 1.1: `luacheck .` in this folder.
std = 'luajit'
read_globals = { 'vim', 'it' }
globals = { 'vim.v', 'vim.o', 'vim.go', 'vim.bo', 'vim.wo', 'vim.b', 'vim.g', 'vim.opt', 'vim.env', 'vim.notify', 'vim.ui', '_G.it' }
max_line_length = 120
