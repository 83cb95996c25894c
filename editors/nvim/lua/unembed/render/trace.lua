--- One position's trace as a page: each run, a line a layer.
local page = require('unembed.page')

local M = {}

--- The widest probability, with the space before it.
local P = 7
local SHOWN = { next = 5, updates = 4 }

--- A token's text as it can be seen: the space at its edge, line breaks, tabs.
---@param text string
---@return string
local function visible(text)
  text = text:gsub('\n', '\\n'):gsub('\r', '\\r'):gsub('\t', '\\t')
  text = text:gsub('^ +', function(s) return ('␣'):rep(#s) end)
  text = text:gsub(' +$', function(s) return ('␣'):rep(#s) end)
  return text == '' and '∅' or text
end

--- A probability in two digits, small ones too.
---@param p number
---@return string
local function probability(p)
  return p >= 0.001 and ('%#.2g'):format(p) or ('%.0e'):format(p):gsub('e%-0?', 'e−')
end

local function guess(g)
  return { visible(g.token), 'UnembedToken' }, ' ' .. probability(g.p)
end

local function signed(number)
  return (('%+.2f'):format(number):gsub('-', '−'))
end

--- `n` of a list.
local function first(list, n)
  return vim.list_slice(list or {}, 1, n)
end

---@param out unembed.Page
local function why_here(out, token)
  if token.logprob and token.logprob ~= vim.NIL then
    out:line('  why here  ', { ('p %s, rank %d'):format(probability(math.exp(token.logprob)), token.rank), 'UnembedNumber' })
  end
end

---@param out unembed.Page
local function next_tokens(out, position)
  local pieces = { '  next      ' }
  for i, g in ipairs(first(position.next, SHOWN.next)) do
    table.insert(pieces, i > 1 and ' · ' or '')
    vim.list_extend(pieces, { guess(g) })
  end
  out:line(unpack(pieces))
end

---@param out unembed.Page
local function layer(out, l, widest)
  local before, before_p = guess(l.before[1])
  local after, after_p = guess(l.after[1])
  local changed = l.before[1].id ~= l.after[1].id
  local pieces = { { ('  %5d  %5.2f  '):format(l.layer, l.kl), 'UnembedNumber' } }
  local function cell(piece, p)
    local width = widest - vim.fn.strdisplaywidth(page.text(piece))
    vim.list_extend(pieces, { piece, (' '):rep(width), p, (' '):rep(P - vim.fn.strdisplaywidth(p)) })
  end
  cell(before, before_p)
  vim.list_extend(pieces, { '  ', { changed and '→' or ' ', 'UnembedDiverges' }, ' ' })
  cell(after, after_p)
  for _, u in ipairs(first(l.updates, SHOWN.updates)) do
    vim.list_extend(pieces, {
      '  ',
      { signed(u.coefficient), 'UnembedNumber' },
      ' ',
      { u.id, 'UnembedVector' },
      { (' (%.1f)'):format(u.score), 'UnembedMuted' },
    })
  end
  out:line(unpack(pieces))
end

---@param out unembed.Page
local function tracked(out, position)
  for _, t in ipairs(position.tracked or {}) do
    local pieces = { '  follow    ', { visible(t.token), 'UnembedToken' }, (' p %s, rank %d; after each layer'):format(probability(t.p), t.rank) }
    for _, l in ipairs(t.layers) do
      table.insert(pieces, { ' ' .. probability(l.after), 'UnembedNumber' })
    end
    out:line(unpack(pieces))
  end
end

---@param out unembed.Page
local function run_lines(out, run, position)
  local token = run.tokens[position.position + 1]
  out:line('')
  out:line({ run.name, 'UnembedTitle' })
  why_here(out, token)
  next_tokens(out, position)
  tracked(out, position)
  local widest = 6
  for _, l in ipairs(position.layers) do
    for _, g in ipairs({ l.before[1], l.after[1] }) do
      widest = math.max(widest, vim.fn.strdisplaywidth(visible(g.token)))
    end
  end
  local function heading(text, width)
    return text .. (' '):rep(width - #text)
  end
  local head = heading('  layer  KL', 16) .. heading('before', widest + P + 4) .. heading('after', widest + P + 2)
  out:line({ head .. 'coefficient, vector (score)', 'UnembedMuted' })
  for _, l in ipairs(position.layers) do
    layer(out, l, widest)
  end
end

--- The prompt as tokens, the one that is shown marked.
---@param out unembed.Page
local function tokens(out, run, shown, columns)
  local pieces = {}
  for _, token in ipairs(run.tokens) do
    table.insert(pieces, { visible(token.text), token.position == shown and 'UnembedDiverges' or 'UnembedPrompt' })
  end
  for _, line in ipairs(page.wrap(pieces, columns)) do
    out:line(unpack(line))
  end
end

--- The trace of one position that the document has.
---@param document table a `trace` document
---@param shown integer the position
---@param columns integer how wide the page should be
---@return unembed.Page
function M.page(document, shown, columns)
  local out = page.new()
  local model = document.model
  local last = document.runs[#document.runs]
  local token = last.tokens[shown + 1]
  out:line({ model.name, 'UnembedTitle' }, ('  %d layers, lens %s'):format(model.layers, document.lens))
  tokens(out, last, shown, columns)
  out:line({ visible(token.text), 'UnembedToken' }, ('  id %d, position %d of %d'):format(token.id, shown, #last.tokens))
  for _, run in ipairs(document.runs) do
    for _, position in ipairs(run.positions) do
      if position.position == shown then
        run_lines(out, run, position)
      end
    end
  end
  for _, problem in ipairs(document.problems or {}) do
    out:line({ problem.severity .. ' ', 'UnembedFailed' }, ('line %s: %s'):format(problem.line, problem.message))
  end
  return out
end

return M
