--- The highlight groups. Each is a link that a colour scheme or |:highlight| may change, to a group that is readable on
--- light and on dark.
local M = {}

--- The link of each group. A group without one looks like the text around it; `Normal` would not in a float.
---@type table<string, string>
M.links = {
  UnembedTitle = 'Title',
  UnembedPrompt = 'Comment',
  UnembedGenerated = '',
  UnembedDiverges = 'DiffText',
  UnembedToken = 'String',
  UnembedNumber = 'Number',
  -- `Identifier` is a dark blue on the black of a terminal with few colours.
  UnembedVector = 'Special',
  UnembedWords = '',
  UnembedMuted = 'Comment',
  UnembedFor = 'DiagnosticOk',
  UnembedAgainst = 'DiagnosticError',
  UnembedOk = 'DiagnosticOk',
  UnembedFailed = 'DiagnosticError',
  UnembedSignOn = 'DiagnosticOk',
  UnembedSignOff = 'Comment',
  UnembedSignNone = 'DiagnosticWarn',
  UnembedSignError = 'DiagnosticError',
  UnembedEffect = 'Special',
  UnembedNoEffect = 'DiagnosticWarn',
  UnembedExpected = 'Comment',
  UnembedLikely = '',
  UnembedUnlikely = 'DiagnosticInfo',
  UnembedSurprising = 'DiagnosticWarn',
  ['@lsp.typemod.promptToken.expected.lmprompt'] = 'UnembedExpected',
  ['@lsp.typemod.promptToken.likely.lmprompt'] = 'UnembedLikely',
  ['@lsp.typemod.promptToken.unlikely.lmprompt'] = 'UnembedUnlikely',
  ['@lsp.typemod.promptToken.surprising.lmprompt'] = 'UnembedSurprising',
}

function M.define()
  for group, link in pairs(M.links) do
    vim.api.nvim_set_hl(0, group, { link = link ~= '' and link or nil, default = true })
  end
end

return M
