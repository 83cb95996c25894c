--- `:Unembed search`: value vectors by the concept that they stand for, to choose one from.
local client = require('unembed.client')
local text = require('unembed.text')

local M = {}

--- Hits that are asked for, and words of each.
local LIMIT, WORDS = 50, 8

--- How many hits can be chosen from: a list that |vim.ui.select()| numbers must fit the screen, others scroll.
---@return integer
local function limit()
  return require('unembed.picker').name() == 'select' and math.max(5, math.min(LIMIT, vim.o.lines - 5)) or LIMIT
end

---@class unembed.Hit
---@field id string
---@field relevance number
---@field end 'top'|'bottom'
---@field name string|vim.NIL
---@field top unembed.Word[]
---@field bottom unembed.Word[]

--- A hit on one line, its columns as wide as every hit needs.
---@param hit unembed.Hit
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

--- Lets somebody choose a hit.
---@param bufnr integer
---@param query string
---@param hits unembed.Hit[]
---@param notes string such as how much of the index is there
local function choose(bufnr, query, hits, notes)
  local items = {}
  for _, hit in ipairs(hits) do
    table.insert(items, { id = hit.id, text = line(hit) })
  end
  require('unembed.picker').pick({
    title = 'value vectors for ' .. query .. (notes ~= '' and ' (' .. notes .. ')' or ''),
    items = items,
    choose = function(item)
      require('unembed.card').run(bufnr, item.id)
    end,
    add = function(item)
      require('unembed.intervene').ask(bufnr, item.id)
    end,
  })
end

---@param query string
---@param notes string
local function nothing(query, notes)
  local said = notes ~= '' and ' (' .. notes .. ')' or ''
  said = ('nothing stands for `%s`%s; try another word, or `word*`'):format(query, said)
  client.notify(said, vim.log.levels.WARN)
end

---@param bufnr integer
---@param query string
---@param waited boolean for the index
local function search(bufnr, query, waited)
  client.execute(bufnr, {
    command = 'unembed.search',
    argument = { query = query, limit = limit() },
    on_done = function(err, document)
      if err then
        return client.notify(err)
      elseif not document then
        return
      end
      local notes = table.concat(document.notes or {}, '; ')
      if #document.hits > 0 then
        choose(bufnr, query, document.hits, notes)
      elseif waited or not notes:find('indexed so far', 1, true) then
        nothing(query, notes)
      else
        -- The first search of a model: its index is being built.
        require('unembed.indexing').wait(client.say, function()
          client.say('')
          search(bufnr, query, true)
        end, function()
          nothing(query, notes)
        end)
      end
    end,
  })
end

--- Searches, and lets somebody choose.
---@param bufnr integer of the prompt file whose model is meant
---@param query string?
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
