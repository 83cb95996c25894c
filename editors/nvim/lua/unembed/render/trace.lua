--- One position's trace as a page: for each of two runs a line a layer, with the layer's sub-updates folded below it.
local page = require('unembed.page')
local runs = require('unembed.runs')
local text = require('unembed.text')
local updates = require('unembed.render.updates')

local M = {}

--- The widest probability, with the space before it.
local P = 8
local SHOWN = { next = 5, updates = 2, words = 3 }
local token_text, probability, signed = text.token, text.probability, text.signed

--- A guess beside others that it is compared with.
---@param g unembed.GuessDocument
---@param others unembed.GuessDocument[]
---@return unembed.Piece token
---@return string probability
local function guess(g, others)
  local same = {}
  for _, other in ipairs(others) do
    table.insert(same, other.id == g.id and other.p or nil)
  end
  return { token_text(g), 'UnembedToken' }, ' ' .. text.apart(probability, g.p, same)
end

--- The same position in the other run that is shown.
---@param position unembed.PositionDocument
---@param run unembed.RunDocument
---@param chosen unembed.RunDocument[]
---@return unembed.PositionDocument?
local function beside(position, run, chosen)
  for _, other in ipairs(chosen) do
    for _, there in ipairs(other ~= run and other.positions or {}) do
      if there.position == position.position then
        return there
      end
    end
  end
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
---@param other unembed.PositionDocument?
local function next_tokens(out, position, other)
  local pieces = { '  next      ' }
  for i, g in ipairs(first(position.next, SHOWN.next)) do
    table.insert(pieces, i > 1 and ' · ' or '')
    vim.list_extend(pieces, { guess(g, other and other.next or {}) })
  end
  out:line(unpack(pieces))
end

---@param out unembed.Page
---@param position unembed.PositionDocument
---@param other unembed.PositionDocument?
local function tracked_tokens(out, position, other)
  for i, t in ipairs(position.tracked) do
    local there = other and other.tracked[i] and { other.tracked[i].p } or {}
    local said = (' p %s, rank %d; after each layer'):format(text.apart(probability, t.p, there), t.rank)
    local pieces = { '  tracked   ', { token_text(t), 'UnembedToken' }, said }
    for _, l in ipairs(t.layers) do
      table.insert(pieces, { ' ' .. probability(l.after), 'UnembedNumber' })
    end
    out:line(unpack(pieces))
  end
end

--- How a page is made.
---@class unembed.TraceStyle
---@field columns integer the page's width
---@field order unembed.Order of sub-updates

---@param out unembed.Page
---@param l unembed.LayerDocument
---@param widest integer
---@param at unembed.At
---@param tracked unembed.TrackedDocument[]
---@param style unembed.TraceStyle
local function layer(out, l, widest, at, tracked, style)
  local before, before_p = guess(l.before[1], { l.after[1] })
  local after, after_p = guess(l.after[1], { l.before[1] })
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
  local shown = updates.first(l.updates or {}, style.order)
  for _, u in ipairs(first(shown, SHOWN.updates)) do
    local effect = style.order == 'effect' and updates.effect(u)
    local number = effect and '→ ' .. signed(effect) or signed(u.coefficient)
    vim.list_extend(pieces, { '  ', { number, 'UnembedNumber' }, ' ', { u.id, 'UnembedVector' } })
    local means = updates.meaning(u, SHOWN.words)
    if means ~= '' then
      vim.list_extend(pieces, { ' ', { means, 'UnembedWords' } })
    end
  end
  out:line(unpack(pieces))
  local dominant = shown[1] or {}
  out:about({ id = dominant.id, position = at.position, run = at.run })
  out:fold('>1')
  updates.lines(out, shown, tracked, style.columns, at)
end

---@param out unembed.Page
---@param run unembed.RunDocument
---@param position unembed.PositionDocument
---@param other unembed.PositionDocument? the same one in the other run
---@param own boolean whether the run has interventions of its own to change
---@param style unembed.TraceStyle
local function run_lines(out, run, position, other, own, style)
  out:line('')
  out:line({ run.name, 'UnembedTitle' })
  why_here(out, run.tokens[position.position + 1])
  next_tokens(out, position, other)
  tracked_tokens(out, position, other)
  local widest = 6
  for _, l in ipairs(position.layers) do
    for _, g in ipairs({ l.before[1], l.after[1] }) do
      widest = math.max(widest, vim.fn.strdisplaywidth(token_text(g)))
    end
  end
  local head = text.pad('  layer  KL', 16) .. text.pad('before', widest + P + 4) .. text.pad('after', widest + P + 2)
  local by_effect = style.order == 'effect' and #position.tracked > 0
  local what = by_effect and 'effects on ' .. updates.target(position.tracked) or 'dominant sub-updates'
  out:line({ head .. what, 'UnembedMuted' })
  for _, l in ipairs(position.layers) do
    layer(out, l, widest, { position = position.position, run = own and run.name or nil }, position.tracked, style)
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
---@param pair unembed.RunChoice
---@param style unembed.TraceStyle
---@return unembed.Page
function M.page(document, shown, pair, style)
  local out = page.new()
  local model = document.model
  local chosen = runs.chosen(document.runs, pair)
  local last = chosen[#chosen]
  local token = last.tokens[shown + 1]
  out:line({ model.name, 'UnembedTitle' }, ('  %d layers, lens %s'):format(model.layers, document.lens))
  tokens(out, last, shown, style.columns)
  local place = ('  id %d, position %d of %d'):format(token.id, shown, #last.tokens)
  out:line({ token_text(token), 'UnembedToken' }, place)
  local which = runs.line(runs.names(document.runs), pair)
  if which then
    out:line({ which, 'UnembedMuted' })
  end
  for _, run in ipairs(chosen) do
    for _, position in ipairs(run.positions) do
      if position.position == shown then
        run_lines(out, run, position, beside(position, run, chosen), run ~= document.runs[1], style)
      end
    end
  end
  for _, problem in ipairs(document.problems) do
    out:line({ problem.severity .. ' ', 'UnembedFailed' }, ('line %s: %s'):format(problem.line, problem.message))
  end
  return out
end

return M
