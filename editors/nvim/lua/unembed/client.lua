--- Talking to the language server: finding it, asking it, and what happens when it is not there or dies.
local config = require('unembed.config')

local M = {}

---@class unembed.Job
---@field client_id integer
---@field id integer
---@field token string
---@field on_generated fun(piece: table)?
---@field on_done fun(err: string?, result: table?)

--- The questions that wait for an answer.
---@type unembed.Job[]
local jobs = {}
--- The clients that were stopped only to be started again.
---@type table<integer, true>
local restarting = {}
local asked, restarts, told_missing = 0, 0, false

---@param message string one line: what is wrong and what to do
---@param level integer?
function M.notify(message, level)
  vim.notify('unembed: ' .. message:gsub('%s*\n%s*', ' '), level or vim.log.levels.ERROR)
end

--- Whether the program cannot be found; says so, once until it is there.
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

--- Calls back with a buffer's client, when need be after it has started.
---@param bufnr integer
---@param use fun(client: vim.lsp.Client)
local function with_client(bufnr, use)
  local client = M.of(bufnr)
  if client then
    return use(client)
  elseif vim.bo[bufnr].filetype ~= 'lmprompt' then
    return M.notify('this buffer is no prompt file (*.prompt)')
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
---@field on_start fun(cancel: fun())? gets what cancels the question
---@field on_generated fun(piece: table)? new text, as it comes
---@field on_done fun(err: string?, result: table?) neither where the question was cancelled

--- Runs one of the server's commands on a buffer.
---@param bufnr integer
---@param question unembed.Question
function M.execute(bufnr, question)
  with_client(bufnr, function(client)
    asked = asked + 1
    local job = {
      client_id = client.id,
      token = 'unembed-nvim-' .. asked,
      on_generated = question.on_generated,
      on_done = question.on_done,
    }
    local argument = vim.tbl_extend('force', { uri = vim.uri_from_bufnr(bufnr) }, question.argument or {})
    local params = { command = question.command, arguments = { argument }, workDoneToken = job.token }
    table.insert(jobs, job)
    local sent, id = client:request('workspace/executeCommand', params, function(err, result)
      finish(job, err and err.message, result)
    end, bufnr)
    if not sent then
      return finish(job, 'the server is ending; try again')
    end
    job.id = id
    if question.on_start then
      question.on_start(function()
        client:cancel_request(id)
        -- Neovim keeps the answer to a request that was cancelled to itself.
        finish(job)
      end)
    end
  end)
end

--- New text of a question that is still open.
---@param piece {token: string, run: string, ids: integer[], text: string}
function M.on_generated(piece)
  for _, job in ipairs(jobs) do
    if job.token == piece.token and job.on_generated then
      job.on_generated(piece)
    end
  end
end

--- A server has ended. One that died is started again, and everything it held is opened anew.
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
  local asked_to = restarting[client_id]
  restarting[client_id] = nil
  -- SIGTERM is how Neovim stops a server that it was asked to stop.
  local died = (code ~= 0 or signal ~= 0) and signal ~= 15
  if vim.v.exiting ~= vim.NIL or not (died or asked_to) then
    return
  end
  if not asked_to then
    local how = signal ~= 0 and 'signal ' .. signal or 'code ' .. code
    if restarts >= config.options.restarts then
      return M.notify(('the server ended with %s again; see :Unembed log, then :Unembed restart'):format(how))
    end
    restarts = restarts + 1
    M.notify(('the server ended with %s and is started again; see :Unembed log'):format(how), vim.log.levels.WARN)
  end
  vim.lsp.enable('unembed')
end

--- Stops the server, if there is one, and starts it again. One that does not stop is killed the second time.
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
