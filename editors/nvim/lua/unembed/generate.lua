--- `:Unembed generate`: the continuation of each run, shown as it comes.
local client = require('unembed.client')
local prompt = require('unembed.prompt')
local render = require('unembed.render.generate')
local window = require('unembed.window')

local M = {}

--- Continues the prompt of a buffer.
---@param bufnr integer
---@param kind 'float'|'vertical'|'horizontal'|nil
function M.run(bufnr, kind)
  local view, cancel
  local shown = { prompt = prompt.last_line(bufnr), runs = {} }
  local function show()
    view:show(render.page(shown, view:columns()))
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
      view = window.open('unembed generate', kind)
      view:map('q', function() view:close() end, 'Close; ends what is running')
      view:map('<C-c>', stop, 'End what is running')
      view:on_close(stop)
      shown.runs = { { name = 'baseline', text = '' } }
      show()
    end,
    on_generated = function(piece)
      for _, run in ipairs(shown.runs) do
        if run.name == piece.run then
          run.text = run.text .. piece.text
          return show()
        end
      end
      table.insert(shown.runs, { name = piece.run, text = piece.text })
      show()
    end,
    on_done = function(err, document)
      cancel = nil
      if err then
        if view then
          view:close()
        end
        return client.notify(err)
      end
      if document then
        shown = vim.tbl_extend('force', { prompt = shown.prompt }, document)
      else
        for _, run in ipairs(shown.runs) do
          run.stopped = 'cancelled'
        end
      end
      show()
    end,
  })
end

return M
