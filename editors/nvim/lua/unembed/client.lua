--- Requests to the language server, and what happens when it is missing or dies.
local config = require('unembed.config')

local M = {}

--- The schema version that the plugin reads. It is `SCHEMA` of the server's crate `api`.
local SCHEMA = 1

---@class unembed.Job
---@field client_id integer
---@field id integer
---@field token string
---@field on_generated fun(piece: unembed.GeneratedParams)?
---@field on_progress fun(message: string)?
---@field on_done fun(err: string?, result: table?)

--- The requests that wait for an answer.
---@type unembed.Job[]
local jobs = {}
--- The clients that were stopped to be started again.
---@type table<integer, true>
local restarting = {}
--- The clients that have answered `initialize`.
---@type table<integer, true>
local answered = {}
local asked, restarts, told_missing = 0, 0, false

--- The prompt file that was in use last.
---@type integer?
M.last_prompt = nil

---@param message string one line: what is wrong and what to do
---@param level integer?
function M.notify(message, level)
  vim.notify('unembed: ' .. message:gsub('%s*\n%s*', ' '), level or vim.log.levels.ERROR)
end

--- Whether the program cannot be found. The first time, a message says so.
---@return boolean
function M.program_missing()
  local program = config.options.cmd[1]
  local missing = vim.fn.executable(program) == 0
  if missing and not told_missing then
    M.notify(('no program `%s`; install it, or set `cmd` (:help unembed-settings)'):format(program))
  end
  told_missing = missing
  return missing
end

---@param bufnr integer
---@return vim.lsp.Client?
function M.of(bufnr)
  return vim.lsp.get_clients({ bufnr = bufnr, name = 'unembed' })[1]
end

--- The prompt file for a command in a buffer: the buffer itself, the file of the result that it shows, or the file that
--- was in use last.
---@param bufnr integer?
---@return integer?
function M.prompt_buffer(bufnr)
  local candidates = { bufnr or vim.api.nvim_get_current_buf() }
  table.insert(candidates, vim.b[candidates[1]].unembed_origin)
  table.insert(candidates, M.last_prompt)
  for _, candidate in ipairs(candidates) do
    if vim.api.nvim_buf_is_loaded(candidate) and vim.bo[candidate].filetype == 'lmprompt' then
      return candidate
    end
  end
end

--- The same; without one, a message says what to do.
---@param bufnr integer?
---@return integer?
function M.need_prompt_buffer(bufnr)
  local found = M.prompt_buffer(bufnr)
  if not found then
    M.notify('not a prompt file (*.prompt); open one first')
  end
  return found
end

--- Calls back with a buffer's client, after its start if it does not run yet.
---@param bufnr integer
---@param use fun(client: vim.lsp.Client)
local function with_client(bufnr, use)
  local client = M.of(bufnr)
  if client then
    return use(client)
  elseif vim.bo[bufnr].filetype ~= 'lmprompt' then
    return M.notify('not a prompt file (*.prompt)')
  end
  told_missing = false
  if M.program_missing() then
    return
  end
  vim.api.nvim_create_autocmd('LspAttach', {
    buffer = bufnr,
    callback = function(args)
      client = vim.lsp.get_client_by_id(args.data.client_id)
      if client and client.name == 'unembed' then
        use(client)
        return true
      end
    end,
  })
  vim.lsp.enable('unembed')
end

---@param job unembed.Job
---@param err string?
---@param result table?
local function finish(job, err, result)
  for i, other in ipairs(jobs) do
    if other == job then
      table.remove(jobs, i)
      return job.on_done(err, result)
    end
  end
end

---@class unembed.Question
---@field command string
---@field argument table? beside the document's uri
---@field on_start fun(cancel: fun())? the request is sent; `cancel` cancels it
---@field on_generated fun(piece: unembed.GeneratedParams)? new text, as it comes
---@field on_progress fun(message: string)? what the answer waits for, such as a model that loads
---@field quiet boolean? no message about what the answer waits for
---@field on_done fun(err: string?, result: table?) both are nil after a cancellation

--- Whether a server has a command. Older servers have fewer.
---@param client vim.lsp.Client
---@param command string
---@return boolean
function M.has(client, command)
  local provider = client.server_capabilities.executeCommandProvider
  return vim.list_contains(provider and provider.commands or {}, command)
end

---@param client vim.lsp.Client
---@return string
function M.version(client)
  return client.server_info and client.server_info.version or 'of unknown version'
end

---@param client vim.lsp.Client
---@param command string
---@return string
local function too_old(client, command)
  local said = 'the program is too old: %s (%s) does not know %s; update it, then :Unembed restart'
  return said:format(config.options.cmd[1], M.version(client), command)
end

--- Why a result cannot be read: it is of another schema version. Nil where it can.
---@param result any
---@return string?
local function unreadable(result)
  local schema = type(result) == 'table' and result.schema
  if not schema or schema == SCHEMA then
    return nil
  end
  local said = 'the program answers in schema %s, but this plugin reads schema %d: update the %s, then :Unembed restart'
  return said:format(schema, SCHEMA, type(schema) == 'number' and schema > SCHEMA and 'plugin' or 'program')
end

---@param bufnr integer
---@param command string
---@param argument table?
---@return lsp.ExecuteCommandParams
local function params_of(bufnr, command, argument)
  local whole = vim.tbl_extend('force', { uri = vim.uri_from_bufnr(bufnr) }, argument or {})
  return { command = command, arguments = { whole } }
end

--- Shows what is going on, in a message that |:messages| does not keep.
---@param message string
function M.say(message)
  vim.api.nvim_echo({ { message ~= '' and 'unembed: ' .. message or '', 'UnembedMuted' } }, false, {})
end

--- Runs one of the server's commands on a buffer.
---@param bufnr integer
---@param question unembed.Question
function M.execute(bufnr, question)
  with_client(bufnr, function(client)
    if not M.has(client, question.command) then
      return question.on_done(too_old(client, question.command))
    end
    asked = asked + 1
    local job = {
      client_id = client.id,
      token = 'unembed-nvim-' .. asked,
      on_generated = question.on_generated,
      on_progress = question.on_progress or not question.quiet and M.say or nil,
      on_done = question.on_done,
    }
    local params = params_of(bufnr, question.command, question.argument)
    params.workDoneToken = job.token
    table.insert(jobs, job)
    local sent, id = client:request('workspace/executeCommand', params, function(err, result)
      local problem = err and err.message or unreadable(result)
      finish(job, problem, not problem and result or nil)
    end, bufnr)
    if not sent then
      return finish(job, 'the server is ending; try again')
    end
    job.id = id
    if question.on_start then
      question.on_start(function()
        client:cancel_request(id)
        -- Neovim does not pass on the answer to a cancelled request.
        finish(job)
      end)
    end
  end)
end

--- Runs one of the server's commands on a buffer. A message shows an error; a cancellation is silent.
---@param bufnr integer
---@param command string
---@param argument table beside the document's uri
---@param done fun(result: table)
function M.ask(bufnr, command, argument, done)
  local function on_done(err, result)
    if err then
      M.notify(err)
    elseif result then
      done(result)
    end
  end
  M.execute(bufnr, { command = command, argument = argument, on_done = on_done })
end

--- Runs one of the server's commands on a buffer and waits for the result.
---@param bufnr integer
---@param command string
---@param patience integer in milliseconds
---@return table? result
---@return string? err
function M.execute_sync(bufnr, command, patience)
  local client = M.of(bufnr)
  if not client then
    return nil, 'the server does not run for this file; see :checkhealth unembed'
  elseif not M.has(client, command) then
    return nil, too_old(client, command)
  end
  local answer = client:request_sync('workspace/executeCommand', params_of(bufnr, command), patience, bufnr)
  if not answer then
    return nil, 'the server did not answer in time; try again'
  end
  local problem = answer.err and answer.err.message or unreadable(answer.result)
  return not problem and answer.result or nil, problem
end

--- Progress of a request.
---@param token unembed.ProgressToken
---@param value lsp.WorkDoneProgressBegin|lsp.WorkDoneProgressReport|lsp.WorkDoneProgressEnd
function M.on_progress(token, value)
  for _, job in ipairs(jobs) do
    if job.token == token and job.on_progress and value.message then
      local percentage = value.percentage and (' %d %%'):format(value.percentage) or ''
      job.on_progress(value.message .. percentage)
    end
  end
end

--- New text of a request that still waits for its answer.
---@param piece unembed.GeneratedParams
function M.on_generated(piece)
  for _, job in ipairs(jobs) do
    if job.token == piece.token and job.on_generated then
      job.on_generated(piece)
    end
  end
end

--- A server has answered `initialize`.
---@param client_id integer
function M.on_init(client_id)
  answered[client_id] = true
end

--- How a server ended, in words.
---@param code integer
---@param signal integer
---@return string
local function ending(code, signal)
  if code == 3 then
    return 'the daemon was lost'
  end
  return 'the server ended with ' .. (signal ~= 0 and 'signal ' .. signal or 'code ' .. code)
end

--- A server has ended. If it died, it is started again, and its files are opened again.
---@param code integer
---@param signal integer
---@param client_id integer
function M.on_exit(code, signal, client_id)
  require('unembed.status').set(client_id, nil)
  local lost = vim.tbl_filter(function(job)
    return job.client_id == client_id
  end, jobs)
  for _, job in ipairs(lost) do
    finish(job, 'the server ended before it answered')
  end
  local asked_to, lived = restarting[client_id], answered[client_id]
  restarting[client_id], answered[client_id] = nil, nil
  -- SIGTERM is how Neovim stops a server that it was asked to stop.
  local died = (code ~= 0 or signal ~= 0) and signal ~= 15
  if vim.v.exiting ~= vim.NIL or not (died or asked_to) then
    return
  end
  if not asked_to then
    local how = ending(code, signal)
    if not lived then
      -- It would end the same way again.
      local said = '%s before it answered; is `%s` too old? See :checkhealth unembed and :Unembed log'
      return M.notify(said:format(how, table.concat(config.options.cmd, ' ')))
    end
    if restarts >= config.options.restarts then
      return M.notify(('%s again; see :Unembed log, then :Unembed restart'):format(how))
    end
    restarts = restarts + 1
    M.notify(('%s; starting the server again, see :Unembed log'):format(how), vim.log.levels.WARN)
  end
  vim.lsp.enable('unembed')
end

--- Stops the server, if it runs, and starts it again. The second call kills a server that does not stop.
function M.restart()
  restarts, told_missing = 0, false
  local clients = vim.lsp.get_clients({ name = 'unembed' })
  for _, client in ipairs(clients) do
    client:stop(restarting[client.id])
    restarting[client.id] = true
  end
  if #clients == 0 then
    vim.lsp.enable('unembed')
  end
end

return M
