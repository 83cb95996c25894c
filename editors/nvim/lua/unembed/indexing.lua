--- Waiting for a concept index that is being built, as the server's status reports the build.
local M = {}

--- How long after a request the status may come that reports its build, in milliseconds.
local ANNOUNCED = 500

---@class unembed.Build
---@field done integer? value vectors that a search finds
---@field all integer?

--- The builds that run, by client.
---@type table<integer, unembed.Build>
local builds = {}
---@class unembed.Waiter
---@field progress fun(message: string)
---@field ready fun()
---@type unembed.Waiter[]
local waiting = {}
--- Called when no build runs any more.
---@type fun()[]
local afterwards = {}

---@param list fun()[]|unembed.Waiter[]
local function call_all(list)
  for _, entry in ipairs(list) do
    local callback = type(entry) == 'table' and entry.ready or entry
    callback()
  end
end

--- Whether a search finds every value vector of a build's model, while the rest of the index is built.
---@param build unembed.Build
---@return boolean
local function has_every_vector(build)
  return build.all ~= nil and build.done ~= nil and build.done >= build.all
end

--- Tells the waiters how far the build is.
local function tell()
  local _, build = next(builds)
  if not build or has_every_vector(build) then
    local ready = waiting
    waiting = {}
    call_all(ready)
  elseif build.done and build.all and build.all > 0 then
    for _, waiter in ipairs(waiting) do
      waiter.progress(('building the concept index, %d %%'):format(math.floor(100 * build.done / build.all)))
    end
  end
  if not build then
    local ended = afterwards
    afterwards = {}
    call_all(ended)
  end
end

--- A client's new state; nil once the client has ended.
---@param client_id integer
---@param status unembed.StatusParams?
function M.on_status(client_id, status)
  -- While a model loads, the status does not say whether a build runs as well.
  if status and status.phase == 'loading' then
    return
  end
  local was = builds[client_id]
  local indexing = status and status.phase == 'indexing'
  builds[client_id] = indexing and { done = status.done, all = status.all } or nil
  if was or indexing then
    tell()
  end
end

--- Whether an index is being built for this editor.
---@return boolean
function M.is_building()
  return next(builds) ~= nil
end

--- Calls back when the build that runs has ended.
---@param callback fun()
function M.after(callback)
  table.insert(afterwards, callback)
end

--- Calls back once a search finds every value vector of the index that is being built.
---@param progress fun(message: string)
---@param ready fun()
---@param none fun() no index is being built for this editor
function M.wait(progress, ready, none)
  local _, build = next(builds)
  if build and has_every_vector(build) then
    return ready()
  end
  local waiter = { progress = progress, ready = ready }
  table.insert(waiting, waiter)
  if build then
    return
  end
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
