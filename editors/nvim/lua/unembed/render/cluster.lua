--- A cluster of value vectors as a page: its words, and its members, nearest to the mean direction first.
local page = require('unembed.page')
local text = require('unembed.text')

local M = {}

--- Members that are shown.
local MEMBERS = 200

---@param cluster unembed.ClusterDocument
---@return unembed.Page
function M.page(cluster)
  local out = page.new()
  local said = ('  %d value vectors, cohesion %.2f'):format(cluster.size, cluster.cohesion)
  out:line({ 'cluster ' .. cluster.cluster, 'UnembedTitle' }, { said, 'UnembedMuted' })
  out:line({ table.concat(cluster.words, ', '), 'UnembedWords' })
  out:line('')
  out:line({ ' cosine  vector', 'UnembedMuted' })
  for i, member in ipairs(cluster.members) do
    if i > MEMBERS then
      out:line({ ('and %d more'):format(#cluster.members - MEMBERS), 'UnembedMuted' })
      break
    end
    out:line(
      { text.pad(text.signed(member.cosine), 7, true) .. '  ', 'UnembedNumber' },
      { text.pad(member.id, 9), 'UnembedVector' },
      { table.concat(vim.list_slice(member.words or {}, 1, 6), ', '), 'UnembedWords' }
    )
    out:about({ id = member.id })
  end
  return out
end

return M
