--- `:Unembed vector`: a value vector's card, and the way from one to the next.
local client = require('unembed.client')
local config = require('unembed.config')
local indexing = require('unembed.indexing')
local keys = require('unembed.keys')
local render = require('unembed.render.card')
local text = require('unembed.text')
local window = require('unembed.window')

local M = {}

--- Words of a vector that is near.
local WORDS = 6

--- The cards that were looked at before this one.
---@type string[]
local trail = {}

---@param card unembed.Card
---@param coefficient number? as it is at the place that the card was opened from
---@return unembed.Subject
local function subject(card, coefficient)
  local known = text.maybe(card.activation)
  for _, quantile in ipairs(known and not coefficient and known.quantiles or {}) do
    -- What text makes it at most, where nothing says what it is here.
    coefficient = quantile.share <= 0.999 and quantile.value or coefficient
  end
  return { id = card.id, coefficient = coefficient }
end

--- Adds to a card what its nearest vectors stand for, which the card itself does not say.
---@param bufnr integer
---@param card unembed.Card
---@param done fun()
local function nearest(bufnr, card, done)
  if #card.similar == 0 then
    return
  end
  client.execute(bufnr, {
    command = 'unembed.search',
    argument = { query = 'like ' .. card.id, limit = #card.similar + 1 },
    quiet = true,
    on_done = function(_, document)
      ---@type table<string, string[]>
      local words = {}
      for _, hit in ipairs(document and document.hits or {}) do
        words[hit.id] = text.words(hit.top, WORDS)
      end
      for _, near in ipairs(card.similar) do
        near.words = words[near.id]
      end
      done()
    end,
  })
end

---@param card unembed.Card
---@param view unembed.View
---@return unembed.Page
local function page_of(card, view)
  local words = config.options.settings.words or {}
  return render.page(card, view:columns(), words.undertrained == true)
end

---@param bufnr integer
---@param card unembed.Card
---@param coefficient number?
---@return unembed.View
local function open(bufnr, card, coefficient)
  local view = window.open('unembed vector', bufnr, 'float')
  view:explain('s suppress', 'a amplify', 'e set', 'n name', 'K card', '<BS> back', 'q close')
  card.waits = text.maybe(card.cluster) == nil and indexing.is_building()
  view:show(page_of(card, view))
  vim.api.nvim_win_set_cursor(view.winid, { 1, 0 })
  keys.attach(view, function()
    return subject(card, coefficient)
  end)
  view:map('<BS>', function()
    if #trail > 1 then
      table.remove(trail)
      M.run(bufnr, trail[#trail], nil, true)
    end
  end, 'The card before')
  -- Another card may take the window.
  local function is_shown()
    return view:is_open() and trail[#trail] == card.id
  end
  nearest(bufnr, card, function()
    if is_shown() then
      view:show(page_of(card, view))
    end
  end)
  if text.maybe(card.cluster) == nil and indexing.is_building() then
    indexing.after(function()
      if is_shown() then
        M.run(bufnr, card.id, coefficient, true)
      end
    end)
  end
  return view
end

--- Shows the card of a value vector in a float.
---@param bufnr integer of the prompt file whose model is meant
---@param id string an id or a name
---@param coefficient number?
---@param back boolean? the way back is taken
function M.run(bufnr, id, coefficient, back)
  client.execute(bufnr, {
    command = 'unembed.vector',
    argument = { id = id },
    on_done = function(err, card)
      if err then
        return client.notify(err)
      elseif not card then
        return
      end
      if not back then
        table.insert(trail, card.id)
      end
      local view = open(bufnr, card, coefficient)
      if #trail == 1 and not back then
        view:on_close(function()
          trail = {}
        end)
      end
    end,
  })
end

return M
