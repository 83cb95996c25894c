--- `:Unembed vector`: a value vector's card, and the way to other cards and back.
local client = require('unembed.client')
local config = require('unembed.config')
local indexing = require('unembed.indexing')
local keys = require('unembed.keys')
local render = require('unembed.render.card')
local text = require('unembed.text')
local window = require('unembed.window')

local M = {}

--- The ids of the cards that were shown, this one last.
---@type unembed.ValueId[]
local trail = {}

---@param bufnr integer
---@param card unembed.VectorDocument
---@param at unembed.At?
---@return unembed.View
local function open(bufnr, card, at)
  local view = window.open('unembed vector', bufnr, 'float')
  view:explain('s suppress', 'a amplify', 'c set', 'r name', 'K card', '<BS> back')
  local waits = text.maybe(card.cluster) == nil and indexing.is_building(bufnr)
  local words = config.options.settings.words or {}
  view:show(render.page(card, view:columns(), words.undertrained == true, waits))
  vim.api.nvim_win_set_cursor(view.winid, { 1, 0 })
  keys.attach(view, function()
    return { id = card.id, position = at and at.position, run = at and at.run }
  end)
  view:map('<BS>', function()
    if #trail > 1 then
      table.remove(trail)
      M.run(bufnr, trail[#trail], nil, true)
    end
  end, 'Show the previous card')
  if waits then
    indexing.after(bufnr, function()
      -- Another card may have taken the window.
      if view:is_open() and trail[#trail] == card.id then
        M.run(bufnr, card.id, at, true)
      end
    end)
  end
  return view
end

--- Shows the card of a value vector in a float.
---@param bufnr integer of the prompt file whose model is used
---@param id string an id or a name
---@param at unembed.At? where in a page the value vector was chosen
---@param back boolean? the card is not a new one of the trail
function M.run(bufnr, id, at, back)
  client.ask(bufnr, 'unembed.vector', { id = id }, function(card)
    if not back then
      table.insert(trail, card.id)
    end
    local view = open(bufnr, card, at)
    if #trail == 1 and not back then
      view:on_close(function()
        trail = {}
      end)
    end
  end)
end

return M
