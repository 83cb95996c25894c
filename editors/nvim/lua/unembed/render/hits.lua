--- The hits of a search as a page, best first, a line each.
local page = require('unembed.page')
local text = require('unembed.text')

local M = {}

--- Number of words of a hit.
local WORDS = 8

--- The words that a hit was found by, after a sign for the end of the vector that has them.
---@param hit unembed.HitDocument
---@return string
function M.meaning(hit)
  local promotes = hit['end'] ~= 'bottom'
  local words = table.concat(text.words(promotes and hit.top or hit.bottom, WORDS), ', ')
  local name = text.maybe(hit.name)
  return (promotes and '+ ' or '− ') .. (name and ('[%s] '):format(name) or '') .. words
end

---@param query string
---@param document unembed.SearchDocument
---@return unembed.Page
function M.page(query, document)
  local out = page.new()
  out:line({ 'value vectors for ' .. query, 'UnembedTitle' })
  for _, note in ipairs(document.notes) do
    out:line({ note, 'UnembedMuted' })
  end
  out:line('')
  out:line({ 'relevance  vector     promotes (+) or suppresses (−)', 'UnembedMuted' })
  for _, hit in ipairs(document.hits) do
    out:line(
      { ('%9.1f  '):format(hit.relevance), 'UnembedNumber' },
      { text.pad(hit.id, 9), 'UnembedVector' },
      { '  ' .. M.meaning(hit), 'UnembedWords' }
    )
    out:about({ id = hit.id })
  end
  return out
end

return M
