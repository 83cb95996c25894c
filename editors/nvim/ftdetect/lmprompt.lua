-- Prompt files by their name. Neovim sources this when its detection starts, before any plugin.
vim.filetype.add({ extension = { prompt = 'lmprompt' } })
