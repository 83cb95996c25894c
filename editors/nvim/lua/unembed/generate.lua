--- `:Unembed generate`: the continuations of two runs, shown as the text comes.
local client = require('unembed.client')
local render = require('unembed.render.generate')
local runs = require('unembed.runs')
local structure = require('unembed.structure')
local window = require('unembed.window')

local M = {}

--- What is known of the continuations of a file.
---@class unembed.Generation
---@field prompt string? the prompt's last line; nil until the server has said where the prompt is
---@field runs unembed.Continuation[] in the order of the file
---@field waits string?
---@field expect unembed.ExpectDocument[]?
---@field problems unembed.ProblemDocument[]?

---@param known unembed.Generation
---@param view unembed.View
---@return unembed.Page
local function page_of(known, view)
  local names = runs.names(known.runs)
  local pair = runs.pair(view.origin, names)
  local shown = { prompt = known.prompt or '', runs = runs.chosen(known.runs, pair), which = runs.line(names, pair) }
  return render.page(vim.tbl_extend('keep', shown, known), view:columns())
end

--- Copies the text of the run that is shown.
---@param known unembed.Generation
---@param view unembed.View
local function copy(known, view)
  local chosen = runs.chosen(known.runs, runs.pair(view.origin, runs.names(known.runs)))
  local run = chosen[#chosen]
  vim.fn.setreg(vim.v.register, run.text)
  client.notify(('the text of %s is in register %s'):format(run.name, vim.v.register), vim.log.levels.INFO)
end

--- Adds new text to its run.
---@param known unembed.Generation
---@param piece unembed.GeneratedParams
local function add(known, piece)
  known.waits = nil
  for _, run in ipairs(known.runs) do
    if run.name == piece.run then
      run.text = run.text .. piece.text
      return
    end
  end
  table.insert(known.runs, { name = piece.run, text = piece.text })
end

--- Continues the prompt of a buffer.
---@param bufnr integer
---@param kind unembed.WindowKind?
function M.run(bufnr, kind)
  ---@type unembed.View?, fun()?
  local view, cancel
  -- The baseline runs first.
  ---@type unembed.Generation
  local known = { runs = { { name = 'baseline', text = '' } } }
  local function show()
    if view and view.make then
      view:show(view.make())
    end
  end
  local function explain()
    if view then
      local keys = { 'Y copy', 'R again', '<C-c> stop' }
      if #known.runs > 2 then
        table.insert(keys, 3, 'gr gR run')
      end
      view:explain(unpack(keys))
    end
  end
  local function stop()
    if cancel then
      cancel()
    end
  end
  client.execute(bufnr, {
    command = 'unembed.generate',
    on_start = function(how)
      cancel = how
      view = window.open('unembed generate', bufnr, kind)
      view:map('<C-c>', stop, 'Stop generating')
      view:map('Y', function()
        copy(known, view)
      end, 'Copy the text of the run that is shown')
      view:map('R', function()
        M.run(bufnr, kind)
      end, 'Generate again')
      runs.attach(view, function()
        return runs.names(known.runs)
      end)
      explain()
      view:on_close(stop)
      view:draw(function()
        return page_of(known, view)
      end)
      structure.ask(bufnr, function(parts)
        known.prompt = parts and structure.last_line(bufnr, parts) or ''
        show()
      end)
    end,
    on_progress = function(message)
      known.waits = message
      show()
    end,
    on_generated = function(piece)
      add(known, piece)
      show()
    end,
    on_done = function(err, document)
      cancel, known.waits = nil, nil
      if err then
        if view then
          view:close()
        end
        return client.notify(err)
      end
      if document then
        known.runs, known.expect, known.problems = document.runs, document.expect, document.problems
        explain()
        if not known.prompt then
          -- A short text may be there before the prompt's place, whose answer shows both.
          return
        end
      else
        for _, run in ipairs(known.runs) do
          run.stopped = 'cancelled'
        end
      end
      show()
    end,
  })
end

return M
