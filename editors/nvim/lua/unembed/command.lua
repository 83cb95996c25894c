--- `:Unembed`: its subcommands and their completion.
local client = require('unembed.client')
local config = require('unembed.config')

local M = {}

---@class unembed.Subcommand
---@field run fun(args: string[])
---@field arguments string[]? what may follow

---@param args string[]
---@return unembed.WindowKind? window
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

--- What is under the cursor, for a subcommand that was given none.
---@param given string?
---@return string
local function target(given)
  local view = require('unembed.window').of(vim.api.nvim_get_current_buf())
  local found = given or view and view:subject().id or require('unembed.prompt').cursor_target()
  if not found then
    error('here is no value vector: name one, such as L5D662, or put the cursor on one', 0)
  end
  return found
end

--- Something done to the prompt file that is meant, if there is one.
---@param use fun(bufnr: integer, args: string[])
---@return fun(args: string[])
local function on_prompt(use)
  return function(args)
    local bufnr = client.need_prompt_buffer()
    if bufnr then
      use(bufnr, args)
    end
  end
end

--- What an intervention's value may be, for completion.
local values = { 'off', 'boost', 'enable', 'disable', 'toggle', 'remove' }

---@param lines string[]
local function tell(lines)
  vim.notify(table.concat(lines, '\n'), vim.log.levels.INFO)
end

---@type table<string, unembed.Subcommand>
local subcommands = {
  generate = {
    arguments = config.windows,
    run = on_prompt(function(bufnr, args)
      local kind = window_and_number(args)
      require('unembed.generate').run(bufnr, kind)
    end),
  },
  trace = {
    arguments = config.windows,
    run = on_prompt(function(bufnr, args)
      local kind, position = window_and_number(args)
      require('unembed.trace').run(bufnr, position, kind)
    end),
  },
  search = {
    run = on_prompt(function(bufnr, args)
      require('unembed.search').run(bufnr, table.concat(args, ' '))
    end),
  },
  vector = {
    run = on_prompt(function(bufnr, args)
      require('unembed.card').run(bufnr, target(args[1] and table.concat(args, ' ')))
    end),
  },
  clusters = {
    run = on_prompt(function(bufnr, args)
      if args[1] and not args[1]:match('^%d+$') then
        error(('%s is no cluster: clusters have numbers'):format(args[1]), 0)
      end
      require('unembed.clusters').run(bufnr, tonumber(args[1]))
    end),
  },
  names = {
    run = on_prompt(function(bufnr)
      require('unembed.names').run(bufnr)
    end),
  },
  name = {
    run = on_prompt(function(bufnr, args)
      local name = args[1] and table.concat(args, ' ') or nil
      require('unembed.intervene').name(bufnr, { target() }, name)
    end),
  },
  set = {
    arguments = values,
    run = on_prompt(function(bufnr, args)
      local intervene = require('unembed.intervene')
      local value = table.concat(args, ' ', args[1] and args[1]:match('^L%d+D%d+$') and 2 or 1)
      local which = target(args[1] and args[1]:match('^L%d+D%d+$'))
      if value == '' then
        return intervene.ask(bufnr, which)
      end
      intervene.write(bufnr, which, tonumber(value) or value)
    end),
  },
  toggle = {
    run = on_prompt(function(bufnr)
      require('unembed.intervene').toggle(bufnr)
    end),
  },
  info = {
    run = function()
      local bufnr = vim.api.nvim_get_current_buf()
      local status = require('unembed.status').of(bufnr)
      local program = vim.fn.exepath(config.options.cmd[1])
      local running = client.of(bufnr)
      local lines = { 'program: ' .. (program ~= '' and program or 'not found: ' .. config.options.cmd[1]) }
      local server = running and ('running, client %d, version %s'):format(running.id, client.version(running))
      table.insert(lines, 'server: ' .. (server or 'not running for this buffer'))
      if status then
        local busy = status.busy and ', busy' or ''
        table.insert(lines, ('state: %s%s %s'):format(status.health, busy, status.message or ''))
      end
      table.insert(lines, 'picker: ' .. require('unembed.picker').name())
      tell(lines)
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

--- The names of the subcommands.
---@return string[]
function M.names()
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
    return client.notify(('there is no :Unembed %s; there are %s'):format(name or '', table.concat(M.names(), ', ')))
  end
  local ok, err = pcall(subcommand.run, vim.list_slice(command.fargs, 2))
  if not ok then
    client.notify(tostring(err))
  end
end

--- What may come next on a command line.
---@param line string up to the cursor
---@return string[]
function M.complete(line)
  local words = vim.split(line, '%s+')
  local candidates = #words <= 2 and M.names() or (subcommands[words[2]] or {}).arguments or {}
  return vim.tbl_filter(function(candidate)
    return vim.startswith(candidate, words[#words])
  end, candidates)
end

return M
