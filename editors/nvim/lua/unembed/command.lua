--- `:Unembed`: its subcommands and their completion.
local client = require('unembed.client')
local config = require('unembed.config')

local M = {}

---@class unembed.Subcommand
---@field run fun(args: string[])
---@field arguments string[]? what may follow

---@param args string[]
---@return string? window
---@return integer? number
local function window_and_number(args)
  local kind, number
  for _, arg in ipairs(args) do
    if vim.list_contains(config.windows, arg) then
      kind = arg
    elseif arg:match('^%d+$') then
      number = tonumber(arg)
    else
      error(('%s is neither a position nor a window (%s)'):format(arg, table.concat(config.windows, ', ')), 0)
    end
  end
  return kind, number
end

---@type table<string, unembed.Subcommand>
local subcommands = {
  generate = {
    arguments = config.windows,
    run = function(args)
      local kind = window_and_number(args)
      require('unembed.generate').run(vim.api.nvim_get_current_buf(), kind)
    end,
  },
  trace = {
    arguments = config.windows,
    run = function(args)
      local kind, position = window_and_number(args)
      require('unembed.trace').run(vim.api.nvim_get_current_buf(), position, kind)
    end,
  },
  info = {
    run = function()
      local status = require('unembed.status').of(vim.api.nvim_get_current_buf())
      local program = vim.fn.exepath(config.options.cmd[1])
      local lines = { 'program: ' .. (program ~= '' and program or 'not found: ' .. config.options.cmd[1]) }
      local running = client.of(vim.api.nvim_get_current_buf())
      table.insert(lines, 'server: ' .. (running and 'running, client ' .. running.id or 'not running for this buffer'))
      if status then
        table.insert(lines, ('state: %s%s %s'):format(status.health, status.busy and ', busy' or '', status.message or ''))
      end
      vim.notify(table.concat(lines, '\n'), vim.log.levels.INFO)
    end,
  },
  log = {
    run = function()
      vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.get_log_path()))
      vim.cmd.normal({ 'G', bang = true })
    end,
  },
  restart = {
    run = function()
      client.restart()
    end,
  },
}

---@return string[]
local function names()
  local all = vim.tbl_keys(subcommands)
  table.sort(all)
  return all
end

--- Runs `:Unembed ...`.
---@param command vim.api.keyset.create_user_command.command_args
function M.run(command)
  local name = command.fargs[1]
  local subcommand = subcommands[name]
  if not subcommand then
    return client.notify(('there is no :Unembed %s; there are %s'):format(name or '', table.concat(names(), ', ')))
  end
  local ok, err = pcall(subcommand.run, vim.list_slice(command.fargs, 2))
  if not ok then
    client.notify(err)
  end
end

--- What may come next on a command line.
---@param line string up to the cursor
---@return string[]
function M.complete(line)
  local words = vim.split(line, '%s+')
  local candidates = #words <= 2 and names() or (subcommands[words[2]] or {}).arguments or {}
  return vim.tbl_filter(function(candidate)
    return vim.startswith(candidate, words[#words])
  end, candidates)
end

return M
