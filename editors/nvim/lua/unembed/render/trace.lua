--- One position's trace as a page: for each of two runs a line a layer, with the layer's sub-updates folded below it.
local page = require('unembed.page')
local runs = require('unembed.runs')
local text = require('unembed.text')

local M = {}

--- The widest probability, with the space before it.
local P = 7
local SHOWN = { next = 5, updates = 2, words = 3 }
--- The largest width of a sub-update's bar.
local BAR = 10
local token_text, probability, signed = text.token, text.probability, text.signed

---@param g unembed.GuessDocument
---@return unembed.Piece token
---@return string probability
local function guess(g)
  return { token_text(g), 'UnembedToken' }, ' ' .. probability(g.p)
end

--- The first of a list.
---@generic T
---@param list T[]?
---@param n integer
---@return T[]
local function first(list, n)
  return vim.list_slice(list or {}, 1, n)
end

---@param out unembed.Page
---@param token unembed.RunTokenDocument
local function why_here(out, token)
  local logprob = text.maybe(token.logprob)
  if logprob then
    local said = ('p %s, rank %d'):format(probability(math.exp(logprob)), token.rank)
    out:line('  why here  ', { said, 'UnembedNumber' })
  end
end

---@param out unembed.Page
---@param position unembed.PositionDocument
local function next_tokens(out, position)
  local pieces = { '  next      ' }
  for i, g in ipairs(first(position.next, SHOWN.next)) do
    table.insert(pieces, i > 1 and ' · ' or '')
    vim.list_extend(pieces, { guess(g) })
  end
  out:line(unpack(pieces))
end

---@param out unembed.Page
---@param position unembed.PositionDocument
local function tracked(out, position)
  for _, t in ipairs(position.tracked) do
    local said = (' p %s, rank %d; after each layer'):format(probability(t.p), t.rank)
    local pieces = { '  tracked   ', { token_text(t), 'UnembedToken' }, said }
    for _, l in ipairs(t.layers) do
      table.insert(pieces, { ' ' .. probability(l.after), 'UnembedNumber' })
    end
    out:line(unpack(pieces))
  end
end

--- What a sub-update's vector stands for: its name or its words, or both unless `short`.
---@param u unembed.UpdateDocument
---@param short boolean?
---@return string
local function meaning(u, short)
  local name = text.maybe(u.name)
  local words = table.concat(first(text.maybe(u.words), short and SHOWN.words or 10), ', ')
  if name and (short or words == '') then
    return name
  end
  return name and name .. ': ' .. words or words
end

--- The layer's sub-updates, a line each. The bar shows the score, its colour the coefficient's sign.
---@param out unembed.Page
---@param l unembed.LayerDocument
---@param at unembed.At
local function updates(out, l, at)
  local most, id_width = 0, 0
  for _, u in ipairs(l.updates or {}) do
    most, id_width = math.max(most, u.score), math.max(id_width, #u.id)
  end
  for _, u in ipairs(l.updates or {}) do
    local against = u.coefficient < 0
    out:line(
      (' '):rep(16),
      { text.pad(signed(u.coefficient), 7, true), 'UnembedNumber' },
      '  ',
      { text.pad(text.bar(u.score, most, BAR), BAR), against and 'UnembedAgainst' or 'UnembedFor' },
      { (' %5.1f  '):format(u.score), 'UnembedMuted' },
      { text.pad(u.id, id_width), 'UnembedVector' },
      '  ',
      { meaning(u), 'UnembedWords' }
    )
    out:about({ id = u.id, position = at.position, run = at.run })
    out:fold('1')
  end
end

---@param out unembed.Page
---@param l unembed.LayerDocument
---@param widest integer
---@param at unembed.At
local function layer(out, l, widest, at)
  local before, before_p = guess(l.before[1])
  local after, after_p = guess(l.after[1])
  local changed = l.before[1].id ~= l.after[1].id
  local pieces = { { ('  %5d  %5.2f  '):format(l.layer, l.kl), 'UnembedNumber' } }
  ---@param piece unembed.Piece
  ---@param p string
  local function cell(piece, p)
    local space = (' '):rep(widest - vim.fn.strdisplaywidth(page.text(piece)))
    vim.list_extend(pieces, { piece, space, text.pad(p, P) })
  end
  cell(before, before_p)
  vim.list_extend(pieces, { '  ', { changed and '→' or ' ', 'UnembedTitle' }, ' ' })
  cell(after, after_p)
  for _, u in ipairs(first(l.updates, SHOWN.updates)) do
    vim.list_extend(pieces, { '  ', { signed(u.coefficient), 'UnembedNumber' }, ' ', { u.id, 'UnembedVector' } })
    local means = meaning(u, true)
    if means ~= '' then
      vim.list_extend(pieces, { ' ', { means, 'UnembedWords' } })
    end
  end
  out:line(unpack(pieces))
  local dominant = first(l.updates, 1)[1] or {}
  out:about({ id = dominant.id, position = at.position, run = at.run })
  out:fold('>1')
  updates(out, l, at)
end

---@param out unembed.Page
---@param run unembed.RunDocument
---@param position unembed.PositionDocument
---@param own boolean whether the run has interventions of its own to change
local function run_lines(out, run, position, own)
  out:line('')
  out:line({ run.name, 'UnembedTitle' })
  why_here(out, run.tokens[position.position + 1])
  next_tokens(out, position)
  tracked(out, position)
  local widest = 6
  for _, l in ipairs(position.layers) do
    for _, g in ipairs({ l.before[1], l.after[1] }) do
      widest = math.max(widest, vim.fn.strdisplaywidth(token_text(g)))
    end
  end
  local head = text.pad('  layer  KL', 16) .. text.pad('before', widest + P + 4) .. text.pad('after', widest + P + 2)
  out:line({ head .. 'dominant sub-updates', 'UnembedMuted' })
  for _, l in ipairs(position.layers) do
    layer(out, l, widest, { position = position.position, run = own and run.name or nil })
  end
  -- The last layer's fold ends here.
  out.folds[#out.lines + 1] = '0'
end

--- The prompt as tokens, the traced one highlighted.
---@param out unembed.Page
---@param run unembed.RunDocument
---@param shown integer
---@param columns integer
local function tokens(out, run, shown, columns)
  local pieces = {}
  for _, token in ipairs(run.tokens) do
    local group = token.position == shown and 'UnembedDiverges' or 'UnembedPrompt'
    table.insert(pieces, { token_text(token), group })
  end
  for _, line in ipairs(page.wrap(pieces, columns)) do
    out:line(unpack(line))
  end
end

--- The trace of one of the document's positions in two of its runs.
---@param document unembed.TraceDocument
---@param shown integer the position
---@param columns integer the page's width
---@param pair unembed.RunChoice
---@return unembed.Page
function M.page(document, shown, columns, pair)
  local out = page.new()
  local model = document.model
  local chosen = runs.chosen(document.runs, pair)
  local last = chosen[#chosen]
  local token = last.tokens[shown + 1]
  out:line({ model.name, 'UnembedTitle' }, ('  %d layers, lens %s'):format(model.layers, document.lens))
  tokens(out, last, shown, columns)
  local place = ('  id %d, position %d of %d'):format(token.id, shown, #last.tokens)
  out:line({ token_text(token), 'UnembedToken' }, place)
  local which = runs.line(runs.names(document.runs), pair)
  if which then
    out:line({ which, 'UnembedMuted' })
  end
  for _, run in ipairs(chosen) do
    for _, position in ipairs(run.positions) do
      if position.position == shown then
        run_lines(out, run, position, run ~= document.runs[1])
      end
    end
  end
  for _, problem in ipairs(document.problems) do
    out:line({ problem.severity .. ' ', 'UnembedFailed' }, ('line %s: %s'):format(problem.line, problem.message))
  end
  return out
end

return M
