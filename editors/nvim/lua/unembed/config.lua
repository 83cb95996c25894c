--- The settings, their defaults and what they may be.
local M = {}

---@class unembed.Options
---@field cmd string[]? the command that starts the language server
---@field window 'float'|'vertical'|'horizontal'? where results open
---@field border string|string[]? of a float, as for |nvim_open_win()|
---@field restarts integer? how often a server that died is started again, in one session

M.defaults = {
  cmd = { 'unembed', 'lsp' },
  window = 'float',
  border = 'rounded',
  restarts = 3,
}

--- What marks the root of a project.
M.root_markers = { '.git' }

M.windows = { 'float', 'vertical', 'horizontal' }

M.options = vim.deepcopy(M.defaults)

local checks = {
  cmd = function(v)
    return vim.islist(v) and #v > 0 and type(v[1]) == 'string', 'a list: the program and its arguments'
  end,
  window = function(v)
    return vim.list_contains(M.windows, v), 'one of ' .. table.concat(M.windows, ', ')
  end,
  border = function(v)
    return type(v) == 'string' or type(v) == 'table', 'a border as for nvim_open_win()'
  end,
  restarts = function(v)
    return type(v) == 'number' and v >= 0, 'a number'
  end,
}

---@param options unembed.Options
function M.set(options)
  for key, value in pairs(options) do
    local check = checks[key]
    if not check then
      error(('unembed: no setting is called %s; there are %s'):format(key, table.concat(M.names(), ', ')), 0)
    end
    local ok, wanted = check(value)
    if not ok then
      error(('unembed: the setting %s must be %s'):format(key, wanted), 0)
    end
  end
  M.options = vim.tbl_extend('force', vim.deepcopy(M.defaults), options)
  if vim.fn.has('nvim-0.11') == 1 then
    vim.lsp.config('unembed', { cmd = M.options.cmd })
  end
end

--- The settings' names.
---@return string[]
function M.names()
  local names = vim.tbl_keys(checks)
  table.sort(names)
  return names
end

--- The program with other arguments than those that start the server.
---@param ... string
---@return string[]
function M.program(...)
  local cmd = vim.deepcopy(M.options.cmd)
  if cmd[#cmd] == 'lsp' then
    table.remove(cmd)
  end
  return vim.list_extend(cmd, { ... })
end

return M
