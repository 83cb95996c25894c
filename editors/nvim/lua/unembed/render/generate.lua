--- Continuations as a page: a run beside the one that it is compared with, the first word that differs highlighted.
local page = require('unembed.page')

local M = {}

--- A run as far as it has come.
---@class unembed.Continuation
---@field name unembed.RunName
---@field text string
---@field ids unembed.TokenId[]? present once the run has ended
---@field stopped unembed.Stopped|'cancelled'|nil nil while more is coming
---@field diverges_at integer|vim.NIL|nil as in `unembed.ContinuationDocument`

local why = {
  length = 'stopped at maxOutputTokens',
  eos = 'the model ended the text',
  stop = 'stopped at a stop sequence',
  context = "the model's context is full",
  cancelled = 'cancelled',
}

--- The bytes of the first word of `text` that differs from `first`; nil where none does.
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
  -- Back to the start of the word.
  local from = at
  while from > 1 and not text:sub(from, from):match('%s') and not text:sub(from - 1, from - 1):match('\n') do
    from = from - 1
  end
  local _, to = text:find('^%s?[^%s]+', from)
  return from, math.max(to or at, at)
end

--- How many tokens two lists share from their start; nil where the lists are equal.
---@param ids unembed.TokenId[]
---@param others unembed.TokenId[]
---@return integer?
local function shared(ids, others)
  for i = 1, math.max(#ids, #others) do
    if ids[i] ~= others[i] then
      return i - 1
    end
  end
end

--- One line that compares two runs; nil where they have not ended.
---@param run unembed.Continuation
---@param first unembed.Continuation
---@return string?
local function comparison(run, first)
  local at
  if run.ids and first.ids then
    at = shared(run.ids, first.ids) or vim.NIL
  else
    at = run.diverges_at
  end
  if at == vim.NIL then
    return 'the same tokens as ' .. first.name
  end
  return at and ('differs from token %d on'):format(at + 1) or nil
end

---@param run unembed.Continuation
---@param first unembed.Continuation
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
  local compared = run ~= first and comparison(run, first)
  if compared then
    table.insert(lines, { { compared, 'UnembedMuted' } })
  end
  return lines
end

---@class unembed.Continuations
---@field prompt string the prompt's last line
---@field runs unembed.Continuation[] the compared run first
---@field which string? one line that says which runs of the file these are
---@field waits string? what the text waits for
---@field expect unembed.ExpectDocument[]?
---@field problems unembed.ProblemDocument[]?

---@param of unembed.Continuations
---@param columns integer the largest width of the page
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
  if of.which then
    out:line({ of.which, 'UnembedMuted' })
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
