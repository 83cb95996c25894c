-- Detects prompt files by their name. Neovim sources this file before any plugin.
vim.filetype.add({ extension = { prompt = 'lmprompt' } })
