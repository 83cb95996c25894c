--- Waiting for the concept index: its build as the server reports it, and who wants to search once that makes sense.
local M = {}

local TITLE = 'building the concept index'
--- How long a build that was asked for may take to be announced, in milliseconds.
local ANNOUNCED = 2000

---@class unembed.Build
---@field message string?
---@field counted boolean its first part, which takes up the vectors, has begun

---@type table<string|integer, unembed.Build>
local builds = {}
---@type {progress: fun(message: string), ready: fun()}[]
local waiting = {}
--- What is done when no build is going on any more.
---@type fun()[]
local afterwards = {}

local function all_ready()
  local ready = waiting
  waiting = {}
  for _, waiter in ipairs(ready) do
    waiter.ready()
  end
end

--- How far the server is with something; only a build is kept.
---@param token string|integer
---@param value unembed.Progress
function M.on_progress(token, value)
  if value.kind == 'begin' and vim.startswith(value.title or '', TITLE) then
    builds[token] = { counted = false }
  end
  local build = builds[token]
  if not build then
    return
  elseif value.kind == 'end' then
    builds[token] = nil
    all_ready()
    local ended = afterwards
    afterwards = {}
    for _, callback in ipairs(ended) do
      callback()
    end
    return
  end
  -- Only the part that takes up the vectors has a percentage: behind it a search finds all that there is.
  if value.percentage then
    build.counted = true
    for _, waiter in ipairs(waiting) do
      waiter.progress(('%s, %d %%'):format(TITLE, value.percentage))
    end
  elseif build.counted then
    all_ready()
  end
end

--- Whether an index is being built for this editor.
---@return boolean
function M.is_building()
  return next(builds) ~= nil
end

--- Calls back when the build that is going on has ended.
---@param callback fun()
function M.after(callback)
  table.insert(afterwards, callback)
end

--- Calls back once every vector is in the index that is being built.
---@param progress fun(message: string)
---@param ready fun()
---@param none fun() nothing is being built for this editor
function M.wait(progress, ready, none)
  local waiter = { progress = progress, ready = ready }
  table.insert(waiting, waiter)
  vim.defer_fn(function()
    if not M.is_building() and vim.list_contains(waiting, waiter) then
      waiting = vim.tbl_filter(function(other)
        return other ~= waiter
      end, waiting)
      none()
    end
  end, ANNOUNCED)
end

return M
