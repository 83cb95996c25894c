-- The language server as `vim.lsp.enable('unembed')` starts it. Read when the first prompt file opens.
local client = require('unembed.client')
local config = require('unembed.config')

local NAMES_FILE = 'unembed.names.yaml'

---@type vim.lsp.Config
return {
  cmd = require('unembed.start').cmd,
  -- Of YAML files only the one that holds the names of value vectors, see `root_dir`.
  filetypes = { 'lmprompt', 'yaml' },
  root_dir = function(bufnr, on_dir)
    local file = vim.api.nvim_buf_get_name(bufnr)
    if vim.bo[bufnr].filetype ~= 'lmprompt' and vim.fs.basename(file) ~= NAMES_FILE then
      return
    elseif vim.fn.executable(config.options.cmd[1]) == 0 then
      return
    end
    on_dir(vim.fs.root(bufnr, config.root_markers) or (file ~= '' and vim.fs.dirname(file)) or vim.fn.getcwd())
  end,
  init_options = config.init_options(),
  before_init = function(params)
    params.initializationOptions = config.fitted(params.initializationOptions)
  end,
  -- Neovim has no handler of its own for lenses that are to be asked for again, so it does not say that it could.
  capabilities = { workspace = { codeLens = { refreshSupport = true } } },
  handlers = {
    ['unembed/status'] = function(_, status, ctx)
      require('unembed.status').set(ctx.client_id, status)
    end,
    ['unembed/generated'] = function(_, piece)
      client.on_generated(piece)
    end,
    ['workspace/codeLens/refresh'] = function(_, _, ctx)
      require('unembed.attach').refresh(ctx.client_id)
      return vim.NIL
    end,
  },
  -- The server's own commands, as a code action or a lens brings them, open in our windows.
  commands = {
    ['unembed.generate'] = function(_, ctx)
      require('unembed.generate').run(ctx.bufnr)
    end,
    ['unembed.trace'] = function(_, ctx)
      require('unembed.trace').run(ctx.bufnr)
    end,
    ['unembed.fetch'] = function(command, ctx)
      require('unembed.fetch').run(ctx.bufnr, command.arguments[1].id)
    end,
  },
  on_init = function(server)
    client.on_init(server.id)
  end,
  on_exit = function(code, signal, client_id)
    -- Neovim forgets the client in what it has scheduled itself; after that a new one can take its place.
    vim.schedule(function()
      vim.schedule(function()
        client.on_exit(code, signal, client_id)
      end)
    end)
  end,
}
