--- `:Unembed search` and `:Unembed hits`: value vectors by concept, in a picker and in a window.
local client = require('unembed.client')
local keys = require('unembed.keys')
local render = require('unembed.render.hits')
local text = require('unembed.text')
local window = require('unembed.window')

local M = {}

--- Number of hits.
local LIMIT = 50

--- The largest number of hits. The numbered list of |vim.ui.select()| must fit the screen; other pickers scroll.
---@return integer
local function limit()
  return require('unembed.picker').name() == 'select' and math.max(5, math.min(LIMIT, vim.o.lines - 5)) or LIMIT
end

--- A hit on one line, in columns.
---@param hit unembed.HitDocument
---@return string
local function line(hit)
  return ('%5.1f  %s  %s'):format(hit.relevance, text.pad(hit.id, 9), render.meaning(hit))
end

--- What is done with hits.
---@alias unembed.UseHits fun(bufnr: integer, query: string, document: unembed.SearchDocument)

--- Shows hits in a picker.
---@type unembed.UseHits
---@param bufnr integer
---@param query string
---@param document unembed.SearchDocument
local function choose(bufnr, query, document)
  -- The notes say what the answer leaves out.
  local notes = table.concat(document.notes, '; ')
  local title = 'value vectors for ' .. query .. (notes ~= '' and ' (' .. notes .. ')' or '')
  require('unembed.picker').pick(title, document.hits, line, function(hit)
    require('unembed.card').run(bufnr, hit.id)
  end, function(hit)
    require('unembed.intervene').ask(bufnr, hit.id)
  end)
end

--- Shows hits in a window.
---@type unembed.UseHits
local function list(bufnr, query, document)
  local view = window.open('unembed hits', bufnr, 'float')
  keys.attach(view, function()
    return nil
  end)
  view:explain(unpack(keys.explained))
  view:show(render.page(query, document))
  vim.api.nvim_win_set_cursor(view.winid, { #document.notes + 4, 0 })
end

---@param query string
---@param notes string
local function nothing(query, notes)
  local said = notes ~= '' and ' (' .. notes .. ')' or ''
  said = ('no value vector found for `%s`%s; try another word, or `word*`'):format(query, said)
  client.notify(said, vim.log.levels.WARN)
end

---@param bufnr integer
---@param query string
---@param use unembed.UseHits
---@param waited boolean whether the index was waited for
local function search(bufnr, query, use, waited)
  local most = use == choose and limit() or LIMIT
  client.ask(bufnr, 'unembed.search', { query = query, limit = most }, function(document)
    local notes = table.concat(document.notes, '; ')
    if #document.hits > 0 then
      use(bufnr, query, document)
    elseif waited then
      nothing(query, notes)
    else
      -- The first search of a model begins to build its index.
      require('unembed.indexing').wait(bufnr, client.say, function()
        client.say('')
        search(bufnr, query, use, true)
      end, function()
        nothing(query, notes)
      end)
    end
  end)
end

--- Searches, and shows the hits.
---@param bufnr integer of the prompt file whose model is used
---@param query string? asked for where absent
---@param use unembed.UseHits
local function run(bufnr, query, use)
  if query and query ~= '' then
    return search(bufnr, query, use, false)
  end
  vim.ui.input({ prompt = 'concept: ' }, function(given)
    if given and vim.trim(given) ~= '' then
      search(bufnr, vim.trim(given), use, false)
    end
  end)
end

--- Shows the hits in a picker.
---@param bufnr integer
---@param query string?
function M.run(bufnr, query)
  run(bufnr, query, choose)
end

--- Shows the hits in a window, whose keys act on one or several.
---@param bufnr integer
---@param query string?
function M.list(bufnr, query)
  run(bufnr, query, list)
end

return M
