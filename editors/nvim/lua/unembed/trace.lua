--- `:Unembed trace`: the trace of one position, layer by layer, with a way to the next.
local client = require('unembed.client')
local prompt = require('unembed.prompt')
local render = require('unembed.render.trace')
local window = require('unembed.window')

local M = {}

--- The position of the token that holds a byte of the prompt.
local function position_of(document, byte)
  for _, token in ipairs(document.runs[1].tokens) do
    if type(token.start) == 'number' and token.start <= byte and byte < token['end'] then
      return token.position
    end
  end
end

---@param bufnr integer
---@param positions 'last'|integer[]
---@param done fun(document: table)
local function ask(bufnr, positions, done)
  client.execute(bufnr, {
    command = 'unembed.trace',
    argument = { positions = positions },
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
---@param kind string?
local function go(bufnr, position, kind)
  ask(bufnr, { position }, function(document)
    show(bufnr, document, position, kind)
  end)
end

function show(bufnr, document, position, kind)
  local view = window.open('unembed trace', kind)
  local count = #document.runs[1].tokens
  view:map('q', function() view:close() end, 'Close')
  view:map(']]', function() go(bufnr, math.min(count - 1, position + 1), kind) end, 'The next position')
  view:map('[[', function() go(bufnr, math.max(0, position - 1), kind) end, 'The position before')
  view:show(render.page(document, position, view:columns()))
end

--- Traces a position of a buffer's prompt: this one, or the token under the cursor, or the last.
---@param bufnr integer
---@param position integer?
---@param kind 'float'|'vertical'|'horizontal'|nil
function M.run(bufnr, position, kind)
  kind = kind or 'horizontal'
  local byte = bufnr == vim.api.nvim_get_current_buf() and prompt.cursor_byte()
  if position then
    return go(bufnr, position, kind)
  end
  ask(bufnr, 'last', function(document)
    local last = document.runs[1].positions[1].position
    local wanted = byte and position_of(document, byte) or last
    if wanted == last then
      return show(bufnr, document, last, kind)
    end
    go(bufnr, wanted, kind)
  end)
end

return M
