--- A value vector's card as a page: what it promotes and suppresses, its cluster and neighbours, where it is active.
local page = require('unembed.page')
local text = require('unembed.text')

local M = {}

local SHOWN = { words = 10, examples = 4, prompts = 3, similar = 5, near_words = 6 }
local BAR, WORD = 14, 16

--- The words of a side that are shown.
---@param list unembed.WordDocument[]
---@param undertrained boolean whether undertrained tokens are shown: they crowd many lists and say nothing
---@return unembed.WordDocument[]
local function listed(list, undertrained)
  local kept = vim.tbl_filter(function(word)
    return undertrained or not word.undertrained
  end, list or {})
  return vim.list_slice(kept, 1, SHOWN.words)
end

--- A word with its z and a bar of it.
---@param word unembed.WordDocument?
---@param most number
---@param group string
---@return unembed.Piece[]
local function word_cell(word, most, group)
  if not word then
    return { (' '):rep(WORD + BAR + 9) }
  end
  local shown = text.token(word)
  return {
    { text.pad(shown, WORD), 'UnembedToken' },
    { text.pad(text.signed(word.z), 7, true) .. '  ', 'UnembedNumber' },
    { text.pad(text.bar(word.z, most, BAR), BAR), group },
  }
end

--- What stands below a heading without words.
local NONE = { 'only undertrained tokens', 'UnembedMuted' }

---@param out unembed.Page
---@param card unembed.VectorDocument
---@param columns integer
---@param undertrained boolean
local function words(out, card, columns, undertrained)
  local top, bottom = listed(card.top, undertrained), listed(card.bottom, undertrained)
  local most = math.max(math.abs((top[1] or { z = 0 }).z), math.abs((bottom[1] or { z = 0 }).z))
  local width = WORD + BAR + 9
  local beside = columns >= 2 * width + 3
  local heads = { text.pad('promotes', WORD), text.pad('z', 7, true), (' '):rep(BAR + 5), text.pad('suppresses', WORD) }
  if beside then
    out:line({ table.concat(heads) .. text.pad('z', 7, true), 'UnembedMuted' })
    for i = 1, math.max(#top, #bottom, 1) do
      local left = i == 1 and #top == 0 and { NONE, (' '):rep(width - #NONE[1]) }
      local right = i == 1 and #bottom == 0 and { NONE }
      local pieces = left or word_cell(top[i], most, 'UnembedFor')
      table.insert(pieces, '   ')
      out:line(unpack(vim.list_extend(pieces, right or word_cell(bottom[i], most, 'UnembedAgainst'))))
    end
    return
  end
  for _, side in ipairs({ { 'promotes', top, 'UnembedFor' }, { 'suppresses', bottom, 'UnembedAgainst' } }) do
    out:line({ text.pad(side[1], WORD) .. text.pad('z', 7, true), 'UnembedMuted' })
    if #side[2] == 0 then
      out:line(NONE)
    end
    for _, word in ipairs(side[2]) do
      out:line(unpack(word_cell(word, most, side[3])))
    end
  end
end

--- A passage on one line, its token marked.
---@param example unembed.ExampleDocument
---@param width integer
---@return unembed.Piece[]
local function passage(example, width)
  local function flat(part)
    return (part:gsub('%s', ' '):gsub('%c', '·'))
  end
  local all = example.text
  local from, to = example.start, example['end']
  -- A token may end inside a character, which is then shown whole.
  from = from + vim.str_utf_start(all, math.min(from + 1, #all))
  to = to > 0 and to < #all and to + vim.str_utf_end(all, to) or to
  local before, token, after = flat(all:sub(1, from)), flat(all:sub(from + 1, to)), flat(all:sub(to + 1))
  local room = math.max(8, math.floor((width - vim.fn.strdisplaywidth(token)) / 2) - 2)
  local length = vim.fn.strcharlen(before)
  if length > room then
    before = '…' .. vim.fn.strcharpart(before, length - room + 1)
  end
  -- The tokens of all passages stand in one column.
  before = text.pad(before, room, true)
  if vim.fn.strcharlen(after) > room then
    after = vim.fn.strcharpart(after, 0, room - 1) .. '…'
  end
  return { { before, 'UnembedPrompt' }, { token, 'UnembedDiverges' }, { after, 'UnembedPrompt' } }
end

---@param out unembed.Page
---@param card unembed.VectorDocument
---@param columns integer
local function activation(out, card, columns)
  local known = text.maybe(card.activation)
  if not known then
    return
  end
  local pieces = {}
  for _, q in ipairs(known.quantiles) do
    local share = ('%g %%'):format(q.share * 100)
    if vim.list_contains({ '1 %', '50 %', '90 %', '99 %', '99.9 %' }, share) then
      vim.list_extend(pieces, { '  ' .. share .. ' ', { text.signed(q.value), 'UnembedNumber' } })
    end
  end
  out:line('')
  out:line({ 'coefficient on text', 'UnembedMuted' }, unpack(pieces))
  for i, example in ipairs(card.examples or {}) do
    if i > SHOWN.examples then
      break
    end
    local line = { { text.pad(text.signed(example.coefficient), 7, true) .. '  ', 'UnembedNumber' } }
    out:line(unpack(vim.list_extend(line, passage(example, columns - 10))))
  end
end

---@param out unembed.Page
---@param card unembed.VectorDocument
local function around(out, card)
  local cluster = text.maybe(card.cluster)
  if cluster then
    out:line('')
    local shown = table.concat(vim.list_slice(card.cluster_words or {}, 1, 6), ', ')
    out:line({ 'cluster ', 'UnembedMuted' }, { tostring(cluster), 'UnembedVector' }, '  ', { shown, 'UnembedWords' })
    out:about({ cluster = cluster })
  end
  if #(card.similar or {}) > 0 then
    out:line('')
    out:line({ 'nearest by direction', 'UnembedMuted' })
  end
  for _, near in ipairs(vim.list_slice(card.similar or {}, 1, SHOWN.similar)) do
    local said = table.concat(vim.list_slice(near.words or {}, 1, SHOWN.near_words), ', ')
    out:line(
      { text.pad(text.signed(near.cosine), 7, true) .. '  ', 'UnembedNumber' },
      { text.pad(near.id, 9), 'UnembedVector' },
      { said, 'UnembedWords' }
    )
    out:about({ id = near.id })
  end
end

---@param out unembed.Page
---@param card unembed.VectorDocument
local function prompts(out, card)
  local places = vim.list_slice(card.prompts or {}, 1, SHOWN.prompts)
  if #places > 0 then
    out:line('')
    out:line({ "strongest in this project's prompts", 'UnembedMuted' })
  end
  for _, place in ipairs(places) do
    out:line(
      { text.pad(text.signed(place.coefficient), 7, true) .. '  ', 'UnembedNumber' },
      { text.token(place), 'UnembedToken' },
      { ('  position %d of %s'):format(place.position, vim.fn.fnamemodify(place.file, ':~:.')), 'UnembedMuted' }
    )
  end
end

---@param card unembed.VectorDocument
---@param columns integer
---@param undertrained boolean? undertrained tokens are shown too
---@param waits boolean? the index that has the rest is being built
---@return unembed.Page
function M.page(card, columns, undertrained, waits)
  local out = page.new()
  local name = text.maybe(card.name)
  local head = { { card.id, 'UnembedVector' } }
  if name then
    vim.list_extend(head, { '  ', { name, 'UnembedTitle' } })
  end
  table.insert(head, { ('  layer %d, norm %.2f'):format(card.layer, card.norm), 'UnembedMuted' })
  out:line(unpack(head))
  out:line('')
  words(out, card, columns, undertrained or false)
  around(out, card)
  activation(out, card, columns)
  prompts(out, card)
  if waits then
    out:line('')
    out:line({ 'its cluster and its neighbours appear when the index is built', 'UnembedMuted' })
  end
  for _, problem in ipairs(card.problems or {}) do
    out:line({ problem.severity .. ' ', 'UnembedFailed' }, problem.message)
  end
  return out
end

return M
