--- `:checkhealth unembed`: everything between Neovim and a model's first answer.
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
      "or say where it is: require('unembed').setup({ cmd = { '/path/to/unembed', 'lsp' } })",
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

local function check_server()
  local running = vim.lsp.get_clients({ name = 'unembed' })[1]
  if running then
    return vim.health.ok('the language server is running')
  end
  local answered = false
  local id = vim.lsp.start({
    name = 'unembed-health',
    cmd = config.options.cmd,
    root_dir = vim.fn.getcwd(),
    on_init = function()
      answered = true
    end,
  }, { attach = false, silent = true })
  vim.wait(10000, function() return answered end, 20)
  local client = id and vim.lsp.get_client_by_id(id)
  if client then
    client:stop()
  end
  if answered then
    vim.health.ok('the language server starts')
  else
    vim.health.error('the language server does not start', { 'look at :Unembed log' })
  end
end

local function check_model()
  local ok, output = program('trace', '--json', '--quiet', '--positions', 'last', '-p', 'The')
  local decoded, document = pcall(vim.json.decode, output)
  if ok and decoded then
    local model = document.model
    vim.health.ok(('the default model answers: %s, %d layers'):format(model.name, model.layers))
  else
    vim.health.error('the default model does not answer: ' .. output)
  end
end

function M.check()
  vim.health.start('unembed')
  if vim.fn.has('nvim-0.11') == 0 then
    return vim.health.error('Neovim 0.11 or newer is needed')
  end
  vim.health.ok('Neovim ' .. tostring(vim.version()))
  if check_program() then
    check_server()
    check_model()
  end
end

return M
