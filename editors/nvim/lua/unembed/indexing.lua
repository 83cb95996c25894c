--- Waiting for a concept index that is being built, as the server's status reports the build.
local builds = require('unembed.builds')
local client = require('unembed.client')

local M = {}

--- How long after a request the status may come that reports its build, in milliseconds.
local ANNOUNCED = 500

--- The builds that run, by client.
---@type table<integer, unembed.IndexBuild[]>
local running = {}

---@class unembed.Waiter
---@field client_id integer
---@field model unembed.NamedModel
---@field until_ended boolean? it waits until the build has ended, not only until a search finds every value vector
---@field seen boolean? its build runs, or ran
---@field progress fun(message: string)
---@field ready fun()
---@type unembed.Waiter[]
local waiting = {}

---@param waiter {client_id: integer, model: unembed.NamedModel}
---@return unembed.IndexBuild?
local function build_of(waiter)
  return builds.find(running[waiter.client_id] or {}, waiter.model)
end

---@param bufnr integer
---@return {client_id: integer, model: unembed.NamedModel}
local function about(bufnr)
  local server = client.of(bufnr)
  return { client_id = server and server.id or 0, model = builds.model(bufnr) }
end

--- Tells the waiters how far their builds are.
local function tell()
  local ready, rest = {}, {}
  for _, waiter in ipairs(waiting) do
    local build = build_of(waiter)
    waiter.seen = waiter.seen or build ~= nil
    local waits = not waiter.seen or build and (waiter.until_ended or not builds.has_every_vector(build))
    table.insert(waits and rest or ready, waiter)
    if waits and build then
      waiter.progress(('building the concept index, %d %%'):format(builds.percentage(build)))
    end
  end
  waiting = rest
  for _, waiter in ipairs(ready) do
    waiter.ready()
  end
end

--- A client's new state; nil once the client has ended.
---@param client_id integer
---@param status unembed.StatusParams?
function M.on_status(client_id, status)
  running[client_id] = status and status.builds or nil
  tell()
end

--- Whether the index of a file's model is being built.
---@param bufnr integer
---@return boolean
function M.is_building(bufnr)
  return build_of(about(bufnr)) ~= nil
end

--- Calls back when the build of the index of a file's model, which runs, has ended.
---@param bufnr integer
---@param callback fun()
function M.after(bufnr, callback)
  local waiter = { until_ended = true, seen = true, progress = function() end, ready = callback }
  table.insert(waiting, vim.tbl_extend('error', waiter, about(bufnr)))
end

--- Calls back once a search finds every value vector of the model of a file whose index is being built.
---@param bufnr integer
---@param progress fun(message: string)
---@param ready fun()
---@param none fun() the index is not being built
function M.wait(bufnr, progress, ready, none)
  local waiter = vim.tbl_extend('error', { progress = progress, ready = ready }, about(bufnr))
  local build = build_of(waiter)
  if build and builds.has_every_vector(build) then
    return ready()
  end
  waiter.seen = build ~= nil
  table.insert(waiting, waiter)
  if build then
    return
  end
  vim.defer_fn(function()
    if not waiter.seen and vim.list_contains(waiting, waiter) then
      waiting = vim.tbl_filter(function(other)
        return other ~= waiter
      end, waiting)
      none()
    end
  end, ANNOUNCED)
end

return M
