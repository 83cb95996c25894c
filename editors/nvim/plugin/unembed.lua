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
  desc = 'See why a language model says what it says: generate, trace, info, log, restart',
  complete = function(_, line)
    return require('unembed.command').complete(line)
  end,
})

vim.keymap.set('n', '<Plug>(unembed-generate)', '<Cmd>Unembed generate<CR>', { desc = 'Continue the prompt' })
vim.keymap.set('n', '<Plug>(unembed-trace)', '<Cmd>Unembed trace<CR>', { desc = 'Trace the token under the cursor' })

for group, link in pairs({
  UnembedTitle = 'Title',
  UnembedPrompt = 'Comment',
  UnembedGenerated = 'Normal',
  UnembedDiverges = 'DiffText',
  UnembedToken = 'String',
  UnembedNumber = 'Number',
  UnembedVector = 'Identifier',
  UnembedMuted = 'Comment',
  UnembedOk = 'DiagnosticOk',
  UnembedFailed = 'DiagnosticError',
}) do
  vim.api.nvim_set_hl(0, group, { link = link, default = true })
end

vim.lsp.enable('unembed')
