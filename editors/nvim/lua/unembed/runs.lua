--- The two runs of a prompt file that the pages show: the shown one, and the one that it is compared with. The reader
--- chooses them for each file.
local client = require('unembed.client')
local config = require('unembed.config')
local structure = require('unembed.structure')

local M = {}

---@class unembed.RunChoice
---@field shown unembed.RunName?
---@field compared unembed.RunName? nil where it is the shown one

--- By buffer.
---@type table<integer, unembed.RunChoice>
local choices = {}

--- The two runs of a file. The defaults are those of the server's hovers: the first run after the baseline, compared
--- with the baseline.
---@param bufnr integer
---@param names unembed.RunName[] the file's runs, the baseline first
---@return unembed.RunChoice
function M.pair(bufnr, names)
  local chosen, settings = choices[bufnr] or {}, config.options.settings.runs or {}
  local function first_known(...)
    for i = 1, select('#', ...) do
      local name = select(i, ...)
      if name and vim.list_contains(names, name) then
        return name
      end
    end
  end
  local shown = first_known(chosen.shown, settings.shown, names[2], names[1])
  local compared = first_known(chosen.compared, settings.compared, names[1])
  return { shown = shown, compared = compared ~= shown and compared or nil }
end

--- The two runs out of a document's list, the compared one first.
---@generic T
---@param runs T[]
---@param pair unembed.RunChoice
---@return T[]
function M.chosen(runs, pair)
  local found = {}
  for _, name in ipairs({ pair.compared or pair.shown, pair.compared and pair.shown }) do
    for _, run in ipairs(runs) do
      if run.name == name then
        table.insert(found, run)
      end
    end
  end
  return found
end

--- The names of a document's runs.
---@param runs {name: unembed.RunName}[]
---@return unembed.RunName[]
function M.names(runs)
  return vim.tbl_map(function(run)
    return run.name
  end, runs)
end

--- One line that says which of more than two runs are shown; nil for one or two.
---@param names unembed.RunName[]
---@param pair unembed.RunChoice
---@return string?
function M.line(names, pair)
  if #names <= 2 then
    return nil
  end
  local others = vim.tbl_filter(function(name)
    return name ~= pair.shown and name ~= pair.compared
  end, names)
  local compared = pair.compared and (', compared with %s'):format(pair.compared) or ''
  return ('%s%s; other runs: %s'):format(pair.shown, compared, table.concat(others, ', '))
end

--- Shows the runs that were chosen wherever the file's runs are shown. A run that is nil stays as it is.
---@param bufnr integer
---@param shown unembed.RunName?
---@param compared unembed.RunName?
function M.choose(bufnr, shown, compared)
  choices[bufnr] = vim.tbl_extend('force', choices[bufnr] or {}, { shown = shown, compared = compared })
  require('unembed.window').redraw(bufnr)
  require('unembed.marks').redraw(bufnr)
end

--- Goes on to the next run of the list, past the other one of the two if there are more.
---@param bufnr integer
---@param names unembed.RunName[]
---@param which 'shown'|'compared'
function M.next(bufnr, names, which)
  local pair = M.pair(bufnr, names)
  local own = pair[which] or pair.shown
  local other = pair[which == 'shown' and 'compared' or 'shown']
  local at = vim.fn.index(names, own)
  for step = 1, #names do
    local name = names[(at + step) % #names + 1]
    if name ~= other or #names <= 2 then
      return M.choose(bufnr, which == 'shown' and name or nil, which == 'compared' and name or nil)
    end
  end
end

--- Maps the keys that go on to the next run, in a window that shows two.
---@param view unembed.View
---@param names fun(): unembed.RunName[]
function M.attach(view, names)
  view:map('gr', function()
    M.next(view.origin, names(), 'shown')
  end, 'Show the next run')
  view:map('gR', function()
    M.next(view.origin, names(), 'compared')
  end, 'Compare with the next run')
end

---@param bufnr integer
---@param names unembed.RunName[]
local function pick(bufnr, names)
  require('unembed.picker').pick('run to show', names, tostring, function(name)
    M.choose(bufnr, name)
  end)
end

--- `:Unembed runs [shown] [compared]`; without arguments a picker asks for the run to show.
---@param bufnr integer
---@param shown unembed.RunName?
---@param compared unembed.RunName?
function M.run(bufnr, shown, compared)
  structure.ask(bufnr, function(document, err)
    if not document then
      return err and client.notify(err)
    end
    for _, name in pairs({ shown, compared }) do
      if not vim.list_contains(document.runs, name) then
        return client.notify(('no run `%s`; this file has %s'):format(name, table.concat(document.runs, ', ')))
      end
    end
    if shown then
      return M.choose(bufnr, shown, compared)
    end
    pick(bufnr, document.runs)
  end)
end

--- The runs of a file, for completion; none where the server does not say.
---@param bufnr integer?
---@return unembed.RunName[]
function M.complete(bufnr)
  local document = bufnr and client.of(bufnr) and structure.now(bufnr)
  return document and document.runs or {}
end

return M
