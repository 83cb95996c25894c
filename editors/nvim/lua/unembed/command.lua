--- `:Unembed`: its subcommands and their completion.
local client = require('unembed.client')
local config = require('unembed.config')
local runs = require('unembed.runs')
local status = require('unembed.status')
local text = require('unembed.text')

local M = {}

---@class unembed.Subcommand
---@field does string one line for the list of subcommands
---@field takes string? its arguments, for the same line
---@field range boolean? whether it takes a range of lines
---@field run fun(args: string[], range: integer[]?)
---@field arguments string[]|fun(): string[]|nil what may follow

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
      error(('%s is not a position or a window (%s)'):format(arg, table.concat(config.windows, ', ')), 0)
    end
  end
  return kind, number
end

--- The target that was given, else the one under the cursor.
---@param given string?
---@return string
local function target(given)
  local view = require('unembed.window').of(vim.api.nvim_get_current_buf())
  local found = given or view and view:subject().id or require('unembed.structure').cursor_target()
  if not found then
    error('no value vector here: give an id, such as L5D662, or put the cursor on one', 0)
  end
  return found
end

--- A subcommand on the prompt file of the current buffer.
---@param use fun(bufnr: integer, args: string[], range: integer[]?)
---@return fun(args: string[], range: integer[]?)
local function on_prompt(use)
  return function(args, range)
    local bufnr = client.need_prompt_buffer()
    if bufnr then
      use(bufnr, args, range)
    end
  end
end

--- Values of an intervention without a number, for completion.
local values = { 'off', 'boost', 'enable', 'disable', 'toggle', 'remove' }

--- Whether an argument begins a value: a word, a number or a mapping. Else it is a target.
---@param arg string
---@return boolean
local function is_value(arg)
  return vim.list_contains(values, arg) or tonumber(arg) ~= nil or vim.startswith(arg, '{')
end

--- The value vectors to name: those of the range, else the one under the cursor.
---@param range integer[]?
---@return string[]
local function targets(range)
  if not range then
    return { target() }
  end
  local lines = vim.api.nvim_buf_get_lines(0, range[1] - 1, range[2], false)
  local ids = require('unembed.naming').ids(table.concat(lines, '\n'))
  if #ids == 0 then
    error('no value vector in these lines', 0)
  end
  return ids
end

--- Where in a result the cursor is.
---@return unembed.At
local function at_cursor()
  local view = require('unembed.window').of(vim.api.nvim_get_current_buf())
  return view and view:subject() or {}
end

---@param arg string
---@return boolean
local function is_id(arg)
  return arg:find('^' .. text.ID .. '$') ~= nil
end

---@param lines string[]
local function tell(lines)
  vim.notify(table.concat(lines, '\n'), vim.log.levels.INFO)
end

---@type table<string, unembed.Subcommand>
local subcommands = {
  generate = {
    does = 'Generate text with and without the interventions',
    takes = '[window]',
    arguments = config.windows,
    run = on_prompt(function(bufnr, args)
      local kind = window_and_number(args)
      require('unembed.generate').run(bufnr, kind)
    end),
  },
  trace = {
    does = 'Trace the token under the cursor, layer by layer',
    takes = '[position] [window]',
    arguments = config.windows,
    run = on_prompt(function(bufnr, args)
      local kind, position = window_and_number(args)
      require('unembed.trace').run(bufnr, position, kind)
    end),
  },
  search = {
    does = 'Find value vectors by concept, in a picker',
    takes = '[query]',
    run = on_prompt(function(bufnr, args)
      require('unembed.search').run(bufnr, table.concat(args, ' '))
    end),
  },
  hits = {
    does = 'Find value vectors by concept, in a window',
    takes = '[query]',
    run = on_prompt(function(bufnr, args)
      require('unembed.search').list(bufnr, table.concat(args, ' '))
    end),
  },
  vector = {
    does = "Show a value vector's card",
    takes = '[id]',
    run = on_prompt(function(bufnr, args)
      local which = target(args[1] and table.concat(args, ' '))
      require('unembed.card').run(bufnr, which, not args[1] and at_cursor() or nil)
    end),
  },
  clusters = {
    does = 'List the clusters of value vectors, or one of them',
    takes = '[n]',
    run = on_prompt(function(bufnr, args)
      if args[1] and not args[1]:match('^%d+$') then
        error(('%s is not a cluster: give a number, such as 3'):format(args[1]), 0)
      end
      require('unembed.clusters').run(bufnr, tonumber(args[1]))
    end),
  },
  names = {
    does = "List the project's names",
    run = on_prompt(function(bufnr)
      require('unembed.names').run(bufnr)
    end),
  },
  name = {
    does = 'Name value vectors; several are a group',
    takes = '[name] [id ...]',
    range = true,
    run = on_prompt(function(bufnr, args, range)
      local naming = require('unembed.naming')
      local ids = vim.tbl_filter(is_id, args)
      local words = vim.tbl_filter(function(arg)
        return not is_id(arg)
      end, args)
      local name = #words > 0 and table.concat(words, ' ') or nil
      naming.name(bufnr, #ids > 0 and ids or targets(range), name)
    end),
  },
  set = {
    does = 'Write an intervention into the prompt file',
    takes = '[target] [value]',
    arguments = values,
    run = on_prompt(function(bufnr, args)
      local intervene = require('unembed.intervene')
      local given = args[1] and not is_value(args[1]) and args[1] or nil
      local value = table.concat(args, ' ', given and 2 or 1)
      local which, at = target(given), at_cursor()
      if value == '' then
        return intervene.ask(bufnr, which, at)
      end
      intervene.write(bufnr, which, tonumber(value) or value, at.run)
    end),
  },
  toggle = {
    does = 'Enable or disable the intervention of the line',
    run = on_prompt(function(bufnr)
      require('unembed.intervene').toggle(bufnr)
    end),
  },
  runs = {
    does = 'Choose the run to show and the one compared',
    takes = '[shown] [compared]',
    arguments = function()
      return runs.complete(client.prompt_buffer())
    end,
    run = on_prompt(function(bufnr, args)
      runs.run(bufnr, args[1], args[2])
    end),
  },
  info = {
    does = 'Show the program, the server and its state',
    run = function()
      local bufnr = vim.api.nvim_get_current_buf()
      local state = status.of(bufnr)
      local program = vim.fn.exepath(config.options.cmd[1])
      local running = client.of(bufnr)
      local lines = { 'program: ' .. (program ~= '' and program or 'not found: ' .. config.options.cmd[1]) }
      local server = running and ('running, client %d, version %s'):format(running.id, client.version(running))
      table.insert(lines, 'server: ' .. (server or 'not running for this buffer'))
      if state then
        table.insert(lines, ('state: %s, %s'):format(state.phase, state.message))
        table.insert(lines, status.indexing(state))
      end
      table.insert(lines, 'picker: ' .. require('unembed.picker').name())
      tell(lines)
    end,
  },
  log = {
    does = "Open the log of Neovim's language client",
    run = function()
      vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.get_log_path()))
      vim.cmd.normal({ 'G', bang = true })
    end,
  },
  restart = {
    does = 'Stop the server and start it again',
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

--- The subcommands, a line each.
---@return string[]
local function usage()
  local lines = { ':Unembed {subcommand}; more in :help unembed-commands' }
  for _, name in ipairs(M.names()) do
    local subcommand = subcommands[name]
    local form = subcommand.takes and name .. ' ' .. subcommand.takes or name
    table.insert(lines, (' %s  %s'):format(text.pad(form, 25), subcommand.does))
  end
  return lines
end

--- Runs `:Unembed ...`.
---@param command vim.api.keyset.create_user_command.command_args
function M.run(command)
  local name = command.fargs[1]
  local subcommand = subcommands[name]
  if not name then
    return tell(usage())
  elseif not subcommand then
    return client.notify(('no subcommand `%s`; the subcommands are %s'):format(name, table.concat(M.names(), ', ')))
  end
  local range = command.range > 0 and { command.line1, command.line2 } or nil
  if range and not subcommand.range then
    return client.notify(('%s takes no range'):format(name))
  end
  local ok, err = pcall(subcommand.run, vim.list_slice(command.fargs, 2), range)
  if not ok then
    client.notify(tostring(err))
  end
end

--- Completion.
---@param line string up to the cursor
---@return string[]
function M.complete(line)
  local words = vim.split(line, '%s+')
  local candidates = #words <= 2 and M.names() or (subcommands[words[2]] or {}).arguments or {}
  if type(candidates) == 'function' then
    candidates = candidates()
  end
  return vim.tbl_filter(function(candidate)
    return vim.startswith(candidate, words[#words])
  end, candidates)
end

return M
