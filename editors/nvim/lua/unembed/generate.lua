--- `:Unembed generate`: the continuation of each run, shown as it comes.
local client = require('unembed.client')
local prompt = require('unembed.prompt')
local render = require('unembed.render.generate')
local window = require('unembed.window')

local M = {}

--- Continues the prompt of a buffer.
---@param bufnr integer
---@param kind unembed.WindowKind?
function M.run(bufnr, kind)
  ---@type unembed.View?, fun()?
  local view, cancel
  ---@type unembed.Continuations
  local shown = { prompt = prompt.last_line(bufnr), runs = {} }
  local function show()
    if view then
      view:show(render.page(shown, view:columns()))
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
      view:map('<C-c>', stop, 'End what is running')
      view:map('y', function()
        local last = shown.runs[#shown.runs]
        vim.fn.setreg(vim.v.register, last.text)
        client.notify(('the text of %s is in register %s'):format(last.name, vim.v.register), vim.log.levels.INFO)
      end, 'Copy the last text')
      view:map('R', function()
        M.run(bufnr, kind)
      end, 'Continue again')
      view:explain('y copy', 'R again', '<C-c> stop', 'q close')
      view:on_close(stop)
      shown.runs = { { name = 'baseline', text = '' } }
      show()
    end,
    on_progress = function(message)
      shown.waits = message
      show()
    end,
    on_generated = function(piece)
      shown.waits = nil
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
      cancel, shown.waits = nil, nil
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
