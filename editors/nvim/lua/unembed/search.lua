--- `:Unembed search`: value vectors by concept, in a picker.
local client = require('unembed.client')
local text = require('unembed.text')

local M = {}

--- Number of hits, and of words of each.
local LIMIT, WORDS = 50, 8

--- The largest number of hits. The numbered list of |vim.ui.select()| must fit the screen; other pickers scroll.
---@return integer
local function limit()
  return require('unembed.picker').name() == 'select' and math.max(5, math.min(LIMIT, vim.o.lines - 5)) or LIMIT
end

--- A hit on one line, in columns.
---@param hit unembed.HitDocument
---@return string
local function line(hit)
  local promotes = hit['end'] ~= 'bottom'
  local words = table.concat(text.words(promotes and hit.top or hit.bottom, WORDS), ', ')
  local name = text.maybe(hit.name)
  return ('%5.1f  %s  %s %s%s'):format(
    hit.relevance,
    text.pad(hit.id, 9),
    promotes and '+' or '−',
    name and ('[%s] '):format(name) or '',
    words
  )
end

--- Shows hits in a picker.
---@param bufnr integer
---@param query string
---@param hits unembed.HitDocument[]
---@param notes string what the answer leaves out
local function choose(bufnr, query, hits, notes)
  local title = 'value vectors for ' .. query .. (notes ~= '' and ' (' .. notes .. ')' or '')
  require('unembed.picker').pick(title, hits, line, function(hit)
    require('unembed.card').run(bufnr, hit.id)
  end, function(hit)
    require('unembed.intervene').ask(bufnr, hit.id)
  end)
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
---@param waited boolean whether the index was waited for
local function search(bufnr, query, waited)
  client.ask(bufnr, 'unembed.search', { query = query, limit = limit() }, function(document)
    local notes = table.concat(document.notes, '; ')
    if #document.hits > 0 then
      choose(bufnr, query, document.hits, notes)
    elseif waited then
      nothing(query, notes)
    else
      -- The first search of a model begins to build its index.
      require('unembed.indexing').wait(bufnr, client.say, function()
        client.say('')
        search(bufnr, query, true)
      end, function()
        nothing(query, notes)
      end)
    end
  end)
end

--- Searches, and shows the hits in a picker.
---@param bufnr integer of the prompt file whose model is used
---@param query string? asked for where absent
function M.run(bufnr, query)
  if query and query ~= '' then
    return search(bufnr, query, false)
  end
  vim.ui.input({ prompt = 'concept: ' }, function(given)
    if given and vim.trim(given) ~= '' then
      search(bufnr, vim.trim(given), false)
    end
  end)
end

return M
