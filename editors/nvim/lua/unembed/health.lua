--- `:checkhealth unembed`: checks everything between Neovim and a model's first answer.
local client = require('unembed.client')
local config = require('unembed.config')

local M = {}

--- Runs the program to its end, at most ten seconds.
---@param ... string
---@return boolean ok
---@return string output
local function program(...)
  local ok, result = pcall(function(...)
    return vim.system(config.program(...), { text = true }):wait(10000)
  end, ...)
  if not ok then
    return false, tostring(result)
  end
  return result.code == 0, vim.trim(result.code == 0 and result.stdout or result.stderr or '')
end

local function check_program()
  local name = config.options.cmd[1]
  if vim.fn.executable(name) == 0 then
    vim.health.error(('no program `%s`'):format(name), {
      'build it with `cargo install --path server/cli` in its repository',
      "or set its path: require('unembed').setup({ cmd = { '/path/to/unembed', 'lsp' } })",
    })
    return false
  end
  local ok, version = program('--version')
  if ok then
    vim.health.ok(('%s: %s'):format(vim.fn.exepath(name), version))
  else
    vim.health.error(('%s does not run: %s'):format(vim.fn.exepath(name), version))
  end
  return ok
end

--- The server's commands that the plugin uses.
local COMMANDS = {
  'unembed.check_name',
  'unembed.choose',
  'unembed.clusters',
  'unembed.fetch',
  'unembed.generate',
  'unembed.intervene',
  'unembed.interventions',
  'unembed.name',
  'unembed.search',
  'unembed.strengths',
  'unembed.structure',
  'unembed.trace',
  'unembed.vector',
}

---@param server vim.lsp.Client
local function check_commands(server)
  local missing = vim.tbl_filter(function(command)
    return not client.has(server, command)
  end, COMMANDS)
  if #missing == 0 then
    return vim.health.ok('the language server has every command that the plugin uses')
  end
  local said = 'the program is too old (version %s): it does not know %s'
  vim.health.warn(said:format(client.version(server), table.concat(missing, ', ')), {
    'update it, then :Unembed restart',
  })
end

local function check_server()
  local running = vim.lsp.get_clients({ name = 'unembed' })[1]
  if running then
    vim.health.ok('the language server is running')
    return check_commands(running)
  end
  local answered, ended = false, false
  local id = vim.lsp.start({
    name = 'unembed-health',
    cmd = config.options.cmd,
    root_dir = vim.fn.getcwd(),
    on_init = function()
      answered = true
    end,
    on_exit = function()
      ended = true
    end,
  }, { attach = false, silent = true })
  vim.wait(10000, function()
    return answered or ended
  end, 20)
  local server = id and vim.lsp.get_client_by_id(id)
  if not answered or not server then
    return vim.health.error('the language server does not start', {
      'it may be too old for this plugin: update it',
      'see :Unembed log',
    })
  end
  vim.health.ok('the language server starts')
  check_commands(server)
  server:stop()
end

local function check_model()
  local ok, output = program('trace', '--json', '--quiet', '--positions', 'last', '-p', 'The')
  ---@type boolean, unembed.TraceDocument
  local decoded, document = pcall(vim.json.decode, output)
  if ok and decoded then
    local model = document.model
    vim.health.ok(('the default model answers: %s, %d layers'):format(model.name, model.layers))
  else
    vim.health.error('the default model does not answer: ' .. output)
  end
end

local function check_index()
  local ok, output = program('index', 'status', '--json', '--quiet')
  ---@type boolean, unembed.IndexDocument
  local decoded, document = pcall(vim.json.decode, output)
  if not ok or not decoded then
    vim.health.warn('the concept index cannot be read: ' .. output)
    return
  end
  local indexed, all = document.indexed, document.all
  if document.complete then
    vim.health.ok(('the concept index holds all %d value vectors'):format(all))
  else
    local rest = document.building and 'the daemon builds the rest now' or ':Unembed search builds the rest'
    vim.health.info(('the concept index holds %d of %d value vectors; %s'):format(indexed, all, rest))
  end
end

local function check_editor()
  local picker = require('unembed.picker').name()
  vim.health.ok('picker: ' .. (picker == 'select' and 'vim.ui.select' or picker))
  if vim.o.termguicolors or vim.fn.has('gui_running') == 1 then
    return
  end
  vim.health.info("'termguicolors' is off: highlights use the terminal's colours")
end

function M.check()
  vim.health.start('unembed')
  if vim.fn.has('nvim-0.11') == 0 then
    return vim.health.error('Neovim 0.11 or newer is needed')
  end
  vim.health.ok('Neovim ' .. tostring(vim.version()))
  check_editor()
  if check_program() then
    check_server()
    check_model()
    check_index()
  end
end

return M
