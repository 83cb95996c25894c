--- The functions for a user's configuration. Everything works without `setup`.
local M = {}

--- Changes settings; see |unembed-settings|.
---@param options unembed.Options?
function M.setup(options)
  require('unembed.config').set(options or {})
end

--- The server's state in a few words, for a status line; empty where there is no server.
---@return string
function M.statusline()
  return require('unembed.status').line()
end

return M
