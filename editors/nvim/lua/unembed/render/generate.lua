--- Continuations as a page: every run beside the first, the first token that differs marked.
local page = require('unembed.page')

local M = {}

---@class unembed.Run
---@field name string
---@field text string
---@field stopped string? nil while more is coming
---@field diverges_at integer|vim.NIL|nil how many tokens it shares with the first; NIL where they never part

local why = {
  length = 'stopped at maxOutputTokens',
  eos = 'the model ended the text',
  stop = 'stopped at a stop sequence',
  context = "the model's context is full",
  cancelled = 'cancelled',
}

--- The bytes of the word in `text` where it leaves `first`; nil where it does not.
---@param first string
---@param text string
---@return integer? from
---@return integer? to
local function parting(first, text)
  if text == first then
    return
  end
  local at = 1
  while at <= #text and text:byte(at) == first:byte(at) do
    at = at + 1
  end
  if at > #text then
    return
  end
  -- Back to the whole word: half a character or half a word would not be what was chosen.
  local from = at
  while from > 1 and not text:sub(from, from):match('%s') and not text:sub(from - 1, from - 1):match('\n') do
    from = from - 1
  end
  local _, to = text:find('^%s?[^%s]+', from)
  return from, math.max(to or at, at)
end

---@param run unembed.Run
---@param first unembed.Run
---@return string
local function comparison(run, first)
  if run.diverges_at == vim.NIL then
    return 'the same tokens as ' .. first.name
  end
  return ('differs from token %d on'):format(run.diverges_at + 1)
end

---@param run unembed.Run
---@param first unembed.Run
---@param prompt string
---@param width integer
---@return unembed.Piece[][]
local function column(run, first, prompt, width)
  local pieces = { { prompt, 'UnembedPrompt' } }
  local from, to = parting(first.text, run.text)
  if from and to and run.stopped then
    table.insert(pieces, { run.text:sub(1, from - 1), 'UnembedGenerated' })
    table.insert(pieces, { run.text:sub(from, to), 'UnembedDiverges' })
    table.insert(pieces, { run.text:sub(to + 1), 'UnembedGenerated' })
  else
    table.insert(pieces, { run.text, 'UnembedGenerated' })
  end
  if not run.stopped then
    table.insert(pieces, { ' …', 'UnembedMuted' })
  end
  local lines = { { { run.name, 'UnembedTitle' } } }
  vim.list_extend(lines, page.wrap(pieces, width))
  if run.stopped then
    table.insert(lines, { { why[run.stopped], 'UnembedMuted' } })
  end
  if run.diverges_at and run ~= first then
    table.insert(lines, { { comparison(run, first), 'UnembedMuted' } })
  end
  return lines
end

---@class unembed.Continuations
---@field prompt string the prompt's last line
---@field runs unembed.Run[]
---@field waits string? what the text waits for
---@field expect {ok: boolean, line: integer, message: string}[]?
---@field problems {severity: string, message: string, line: integer}[]?

---@param of unembed.Continuations
---@param columns integer how wide the page may be
---@return unembed.Page
function M.page(of, columns)
  local out = page.new()
  local side_by_side = #of.runs > 1 and columns >= 30 * #of.runs
  local width = side_by_side and math.floor((columns - 2 * (#of.runs - 1)) / #of.runs) or columns
  local shown = vim.tbl_map(function(run)
    return column(run, of.runs[1], of.prompt, width)
  end, of.runs)
  if side_by_side then
    out:columns(shown, width)
  else
    for _, lines in ipairs(shown) do
      out:columns({ lines }, width)
    end
  end
  if of.waits then
    out:line({ of.waits, 'UnembedMuted' })
  end
  for _, expected in ipairs(of.expect or {}) do
    local mark = expected.ok and { '✓ ', 'UnembedOk' } or { '✗ ', 'UnembedFailed' }
    out:line(mark, ('line %d: %s'):format(expected.line, expected.message))
  end
  for _, problem in ipairs(of.problems or {}) do
    out:line({ problem.severity .. ' ', 'UnembedFailed' }, ('line %s: %s'):format(problem.line, problem.message))
  end
  return out
end

return M
