--- The settings, their defaults and their checks.
local M = {}

---@class unembed.Options
---@field cmd string[]? the command that starts the language server
---@field settings table? the server's settings, as in config/settings.md
---@field window unembed.WindowKind? where results open
---@field border string|string[]? of a float, as for |nvim_open_win()|
---@field restarts integer? how often a session starts a server again that died
---@field mappings boolean? whether prompt files get the default mappings
---@field signs boolean? whether intervention lines get signs and coefficients
---@field preview boolean? whether a change of an intervention shows the next tokens
---@field inlay_hints boolean? whether the server's inlay hints are shown
---@field lenses boolean? whether the server's code lenses are shown
---@field picker 'auto'|'select'|'telescope'|'fzf'|'snacks'|nil the picker for hits, clusters, names and runs
---@field step number? the number that <C-a> adds

---@type unembed.Options
M.defaults = {
  cmd = { 'unembed', 'lsp' },
  settings = {},
  window = 'float',
  border = 'rounded',
  restarts = 3,
  mappings = true,
  signs = true,
  preview = true,
  inlay_hints = true,
  lenses = true,
  picker = 'auto',
  step = 1,
}

--- The screen columns that Neovim keeps free beside a float.
local BESIDE = 2

--- Files that mark the root of a project.
M.root_markers = { '.unembed.toml', '.git' }

---@type string[]
M.windows = { 'float', 'vertical', 'horizontal' }

---@type string[]
M.pickers = { 'auto', 'select', 'telescope', 'fzf', 'snacks' }

--- The settings in force.
---@class unembed.Settled: unembed.Options
---@field cmd string[]
---@field settings table
---@field window unembed.WindowKind
---@field border string|string[]
---@field restarts integer
---@field step number
M.options = vim.deepcopy(M.defaults)

---@param v any
---@return boolean, string
local function yes_or_no(v)
  return type(v) == 'boolean', 'true or false'
end

---@type table<string, fun(v: any): boolean, string>
local checks = {
  cmd = function(v)
    return vim.islist(v) and #v > 0 and type(v[1]) == 'string', 'a list: the program and its arguments'
  end,
  settings = function(v)
    return type(v) == 'table', 'a table, such as { hover = { layers = 8 } }'
  end,
  window = function(v)
    return vim.list_contains(M.windows, v), 'one of ' .. table.concat(M.windows, ', ')
  end,
  border = function(v)
    return type(v) == 'string' or type(v) == 'table', 'a border as for nvim_open_win()'
  end,
  restarts = function(v)
    return type(v) == 'number' and v >= 0, 'a number from 0'
  end,
  mappings = yes_or_no,
  signs = yes_or_no,
  preview = yes_or_no,
  inlay_hints = yes_or_no,
  lenses = yes_or_no,
  picker = function(v)
    return vim.list_contains(M.pickers, v), 'one of ' .. table.concat(M.pickers, ', ')
  end,
  step = function(v)
    return type(v) == 'number' and v > 0, 'a number above 0'
  end,
}

--- The server's `initializationOptions`: its settings and `unembed.Wishes`.
---@return table
function M.init_options()
  return vim.tbl_extend('force', M.options.settings, { generated = true, results = true })
end

--- The same, with `hover.width` set to the screen's width unless the user set it: a float wraps longer rows.
---@param options table?
---@return table
function M.fitted(options)
  options = options or {}
  if options['hover.width'] then
    return options
  end
  return vim.tbl_deep_extend('keep', options, { hover = { width = vim.o.columns - BESIDE } })
end

--- The part of the server's `initializationOptions` that `workspace/didChangeConfiguration` takes: the settings.
---@param options table?
---@return table
function M.settings_of(options)
  local settings = vim.deepcopy(options or {})
  settings.generated, settings.results, settings.glossary = nil, nil, nil
  return M.fitted(settings)
end

---@param options unembed.Options
function M.set(options)
  for key, value in pairs(options) do
    local check = checks[key]
    if not check then
      error(('unembed: no setting `%s`; the settings are %s'):format(key, table.concat(M.names(), ', ')), 0)
    end
    local ok, wanted = check(value)
    if not ok then
      error(('unembed: the setting %s must be %s'):format(key, wanted), 0)
    end
  end
  M.options = vim.tbl_extend('force', vim.deepcopy(M.defaults), options)
  if vim.fn.has('nvim-0.11') == 1 then
    vim.lsp.config('unembed', { init_options = M.init_options() })
  end
end

--- The names of the settings.
---@return string[]
function M.names()
  local names = vim.tbl_keys(checks)
  table.sort(names)
  return names
end

--- The program with these arguments in place of those that start the server.
---@param ... string
---@return string[]
function M.program(...)
  local cmd = vim.deepcopy(M.options.cmd)
  while #cmd > 1 and (cmd[#cmd] == 'lsp' or cmd[#cmd] == '--alone') do
    table.remove(cmd)
  end
  return vim.list_extend(cmd, { ... })
end

return M
