--- `:Unembed trace`: the trace of one position, layer by layer, with a way to the next and into each sub-update.
local client = require('unembed.client')
local keys = require('unembed.keys')
local prompt = require('unembed.prompt')
local render = require('unembed.render.trace')
local window = require('unembed.window')

local M = {}

--- Sub-updates of a layer, and words of each.
local UPDATES, WORDS = 8, 6

--- The position of the token that holds a byte of the prompt.
---@param document unembed.Trace
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
---@param positions 'last'|integer[]
---@param done fun(document: unembed.Trace)
local function ask(bufnr, positions, done)
  client.execute(bufnr, {
    command = 'unembed.trace',
    argument = { positions = positions, updates = UPDATES, words = WORDS },
    on_done = function(err, document)
      if document then
        done(document)
      elseif err then
        client.notify(err)
      end
    end,
  })
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
---@param document unembed.Trace
---@param position integer
---@param kind unembed.WindowKind
function show(bufnr, document, position, kind)
  local view = window.open('unembed trace', bufnr, kind)
  local count = #document.runs[1].tokens
  view:map(']]', function()
    go(view.origin, math.min(count - 1, position + 1), kind)
  end, 'The next position')
  view:map('[[', function()
    go(view.origin, math.max(0, position - 1), kind)
  end, 'The position before')
  view:map('R', function()
    go(view.origin, position, kind)
  end, 'Trace again')
  view:map('<Tab>', function()
    vim.cmd('silent! normal! za')
  end, 'Open or close the layer')
  keys.attach(view, function()
    return nil
  end)
  local explained = vim.list_extend({ '[[ ]] position', '<Tab> layer' }, keys.explained)
  view:explain(unpack(vim.list_extend(explained, { 'q close' })))
  view:show(render.page(document, position, view:columns()))
end

--- Traces a position of a buffer's prompt: this one, or the token under the cursor, or the last.
---@param bufnr integer
---@param position integer?
---@param kind unembed.WindowKind?
function M.run(bufnr, position, kind)
  kind = kind or 'horizontal'
  local byte = bufnr == vim.api.nvim_get_current_buf() and prompt.cursor_byte()
  if position then
    return go(bufnr, position, kind)
  end
  ask(bufnr, 'last', function(document)
    local last = document.runs[1].positions[1]
    if not last then
      return client.notify('there is no prompt to trace: write one below the front matter')
    end
    local wanted = byte and position_of(document, byte) or last.position
    if wanted == last.position then
      return show(bufnr, document, last.position, kind)
    end
    go(bufnr, wanted, kind)
  end)
end

return M
