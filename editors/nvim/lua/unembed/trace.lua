--- `:Unembed trace`: the trace of one position, layer by layer, in two runs.
local client = require('unembed.client')
local keys = require('unembed.keys')
local render = require('unembed.render.trace')
local runs = require('unembed.runs')
local structure = require('unembed.structure')
local updates = require('unembed.render.updates')
local window = require('unembed.window')

local M = {}

--- Number of words of a sub-update.
local WORDS = 6

--- The server gives a layer's sub-updates by score, with words that take time. For the order by effect it is asked for
--- so many of them: all of a small model without words, and the first ones again with words.
local RANKED, WITH_WORDS = 1000, 30

--- The order of sub-updates, by the prompt file's buffer; by score where absent.
---@type table<integer, unembed.Order>
local orders = {}

--- The position of the token that holds a byte of the prompt.
---@param document unembed.TraceDocument
---@param byte integer
---@return integer?
local function position_of(document, byte)
  for _, token in ipairs(document.runs[1].tokens) do
    if type(token.start) == 'number' and token.start <= byte and byte < token['end'] then
      return token.position
    end
  end
end

---@param bufnr integer
---@param positions unembed.TracePositions
---@param done fun(document: unembed.TraceDocument)
local function ask(bufnr, positions, done)
  local by_effect = orders[bufnr] == 'effect'
  local count = by_effect and WITH_WORDS or updates.SHOWN
  client.ask(bufnr, 'unembed.trace', { positions = positions, updates = count, words = WORDS }, function(document)
    if not by_effect then
      return done(document)
    end
    client.ask(bufnr, 'unembed.trace', { positions = positions, updates = RANKED }, function(ranked)
      updates.give_words(ranked, document)
      done(ranked)
    end)
  end)
end

local show

---@param bufnr integer
---@param position integer
---@param kind unembed.WindowKind
local function go(bufnr, position, kind)
  ask(bufnr, { position }, function(document)
    show(bufnr, document, position, kind)
  end)
end

---@param bufnr integer
---@param document unembed.TraceDocument
---@param position integer
---@param kind unembed.WindowKind
function show(bufnr, document, position, kind)
  local view = window.open('unembed trace', bufnr, kind)
  local count = #document.runs[1].tokens
  local names = runs.names(document.runs)
  view:map(']]', function()
    go(view.origin, math.min(count - 1, position + 1), kind)
  end, 'Trace the next position')
  view:map('[[', function()
    go(view.origin, math.max(0, position - 1), kind)
  end, 'Trace the previous position')
  view:map('R', function()
    go(view.origin, position, kind)
  end, 'Trace again')
  view:map('o', function()
    if #document.runs[1].positions[1].tracked == 0 then
      return client.notify('no tracked token: name one in `track:` of the prompt file', vim.log.levels.WARN)
    end
    orders[view.origin] = orders[view.origin] == 'effect' and 'score' or 'effect'
    go(view.origin, position, kind)
  end, 'Order the sub-updates by effect, or by score again')
  view:map('<Tab>', function()
    vim.cmd('silent! normal! za')
  end, 'Open or close the layer')
  keys.attach(view, function()
    return nil
  end)
  runs.attach(view, function()
    return names
  end)
  local explained = vim.list_extend({ '[[ ]] position', '<Tab> layer', 'o order' }, keys.explained)
  vim.list_extend(explained, #names > 2 and { 'gr gR run' } or {})
  view:explain(unpack(explained))
  view:draw(function()
    local style = { columns = view:columns(), order = orders[view.origin] or 'score' }
    return render.page(document, position, runs.pair(view.origin, names), style)
  end)
end

--- Traces the token at a cursor, or the last one of the prompt.
---@param bufnr integer
---@param cursor integer[]? row from 1 and byte from 0
---@param kind unembed.WindowKind
local function at_cursor(bufnr, cursor, kind)
  structure.ask(bufnr, function(parts, err)
    if not parts then
      return err and client.notify(err)
    end
    local byte = cursor and structure.prompt_byte(bufnr, parts, cursor)
    ask(bufnr, 'last', function(document)
      local last = document.runs[1].positions[1]
      if not last then
        return client.notify('no prompt to trace: write one below the front matter')
      end
      local wanted = byte and position_of(document, byte) or last.position
      if wanted == last.position then
        return show(bufnr, document, last.position, kind)
      end
      go(bufnr, wanted, kind)
    end)
  end)
end

--- Traces a position of a buffer's prompt: this one, or the token under the cursor, or the last.
---@param bufnr integer
---@param position integer?
---@param kind unembed.WindowKind?
function M.run(bufnr, position, kind)
  kind = kind or 'horizontal'
  if position then
    return go(bufnr, position, kind)
  end
  local is_current = bufnr == vim.api.nvim_get_current_buf()
  at_cursor(bufnr, is_current and vim.api.nvim_win_get_cursor(0) or nil, kind)
end

return M
