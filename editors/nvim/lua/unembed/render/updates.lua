--- A layer's sub-updates in a trace: which of them are shown, in which order, and a line each below a line of headings.
local text = require('unembed.text')

local M = {}

--- Number of sub-updates of a layer that are shown.
M.SHOWN = 8

local INDENT = (' '):rep(4)
--- The largest width of a sub-update's bar, and the widths of the columns.
local BAR, COEFFICIENT, SCORE, EFFECT = 10, 11, 6, 8
--- The page's width from which each tracked token has a column; below it only the target has one.
local WIDE = 110
--- The largest width of a heading.
local HEADING = 18

---@alias unembed.Order 'score'|'effect'

--- The effect on the target: on the first tracked token, minus the mean of the others'. Nil where no token is tracked.
---@param update unembed.UpdateDocument
---@return number?
function M.effect(update)
  local target, rest = update.effects[1], vim.list_slice(update.effects, 2)
  if not target or #rest == 0 then
    return target
  end
  local sum = vim.iter(rest):fold(0, function(total, effect)
    return total + effect
  end)
  return target - sum / #rest
end

--- What the effect is on, in a few words.
---@param tracked unembed.TrackedDocument[]
---@return string
function M.target(tracked)
  local target = text.token(tracked[1])
  if #tracked == 1 then
    return target
  end
  return target .. ' − ' .. (#tracked == 2 and text.token(tracked[2]) or 'the others')
end

--- The first sub-updates in an order: the largest scores, or the largest effects of either sign.
---@param updates unembed.UpdateDocument[] by score
---@param order unembed.Order
---@return unembed.UpdateDocument[]
function M.first(updates, order)
  local sorted = updates
  if order == 'effect' and updates[1] and M.effect(updates[1]) then
    sorted = vim.list_slice(updates)
    table.sort(sorted, function(a, b)
      return math.abs(M.effect(a)) > math.abs(M.effect(b))
    end)
  end
  return vim.list_slice(sorted, 1, M.SHOWN)
end

---@param document unembed.TraceDocument
---@param use fun(update: unembed.UpdateDocument)
local function each(document, use)
  for _, run in ipairs(document.runs) do
    for _, position in ipairs(run.positions) do
      for _, layer in ipairs(position.layers) do
        vim.iter(layer.updates):each(use)
      end
    end
  end
end

--- A value vector and the end of it that a coefficient makes act, as a key.
---@param update unembed.UpdateDocument
---@return string
local function acting(update)
  return update.id .. (update.coefficient < 0 and ' bottom' or ' top')
end

--- Gives the sub-updates of a trace the names and words that another trace has for the same end of their value vectors.
---@param document unembed.TraceDocument
---@param worded unembed.TraceDocument
function M.give_words(document, worded)
  local known = {}
  each(worded, function(update)
    known[acting(update)] = update
  end)
  each(document, function(update)
    local from = known[acting(update)] or {}
    update.name, update['end'], update.words = from.name, from['end'], from.words
  end)
end

--- What a sub-update's vector stands for: its name or its words, or both unless `short`.
---@param u unembed.UpdateDocument
---@param short integer? the largest number of words in place of a name
---@return string
function M.meaning(u, short)
  local name = text.maybe(u.name)
  local words = table.concat(vim.list_slice(text.maybe(u.words) or {}, 1, short or 10), ', ')
  if name and (short or words == '') then
    return name
  end
  return name and name .. ': ' .. words or words
end

--- The columns with effects: their headings, and their numbers in a sub-update.
---@param tracked unembed.TrackedDocument[]
---@param columns integer the page's width
---@return {[1]: string, [2]: fun(u: unembed.UpdateDocument): number?}[]
local function effect_columns(tracked, columns)
  local shown = {}
  if #tracked > 1 and columns >= WIDE then
    for i, token in ipairs(tracked) do
      table.insert(shown, {
        '→ ' .. text.token(token),
        function(u)
          return u.effects[i]
        end,
      })
    end
  end
  if #tracked > 0 then
    table.insert(shown, { '→ ' .. M.target(tracked), M.effect })
  end
  for _, column in ipairs(shown) do
    column[1] = text.cut(column[1], HEADING)
  end
  return shown
end

---@param out unembed.Page
---@param updates unembed.UpdateDocument[] as `first` gives them
---@param tracked unembed.TrackedDocument[]
---@param columns integer the page's width
---@param at unembed.At
function M.lines(out, updates, tracked, columns, at)
  if #updates == 0 then
    return
  end
  local most, id_width = 0, 0
  for _, u in ipairs(updates) do
    most, id_width = math.max(most, u.score), math.max(id_width, #u.id)
  end
  local effects = effect_columns(tracked, columns)
  local heading = INDENT .. text.pad('coefficient', COEFFICIENT) .. '  ' .. text.pad('score', BAR + SCORE)
  for _, column in ipairs(effects) do
    heading = heading .. '  ' .. text.pad(column[1], EFFECT, true)
  end
  out:line({ heading .. '  value vector', 'UnembedMuted' })
  out:about({ position = at.position, run = at.run })
  out:fold('1')
  for _, u in ipairs(updates) do
    local pieces = {
      INDENT,
      { text.pad(text.signed(u.coefficient), COEFFICIENT, true), 'UnembedNumber' },
      '  ',
      { text.pad(text.bar(u.score, most, BAR), BAR), u.coefficient < 0 and 'UnembedAgainst' or 'UnembedFor' },
      { (('%' .. SCORE .. '.1f'):format(u.score)), 'UnembedMuted' },
    }
    for _, column in ipairs(effects) do
      local effect = column[2](u)
      local width = math.max(EFFECT, vim.fn.strdisplaywidth(column[1]))
      vim.list_extend(
        pieces,
        { '  ', { text.pad(effect and text.signed(effect) or '', width, true), 'UnembedNumber' } }
      )
    end
    vim.list_extend(
      pieces,
      { '  ', { text.pad(u.id, id_width), 'UnembedVector' }, '  ', { M.meaning(u), 'UnembedWords' } }
    )
    out:line(unpack(pieces))
    out:about({ id = u.id, position = at.position, run = at.run })
    out:fold('1')
  end
end

return M
