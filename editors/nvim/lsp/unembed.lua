-- The language server for `vim.lsp.enable('unembed')`. Neovim reads this file when the first prompt file opens.
local client = require('unembed.client')
local config = require('unembed.config')
local line_ends = require('unembed.line_ends')

local NAMES_FILE = 'unembed.names.yaml'

---@type vim.lsp.Config
return {
  cmd = require('unembed.start').cmd,
  -- Of YAML files only the names file, see `root_dir`.
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
  -- Neovim's incremental changes are wrong where a line ends in CR, and at the end of a file without a line end there.
  -- A prompt file is small, so each change sends it all.
  flags = { allow_incremental_sync = false },
  init_options = config.init_options(),
  before_init = function(params)
    params.initializationOptions = config.fitted(params.initializationOptions)
  end,
  -- Neovim does not announce this, as it has no handler for it. Ours is below.
  capabilities = { workspace = { codeLens = { refreshSupport = true } } },
  handlers = {
    ---@param status unembed.StatusParams
    ['unembed/status'] = function(_, status, ctx)
      require('unembed.status').set(ctx.client_id, status)
    end,
    ---@param piece unembed.GeneratedParams
    ['unembed/generated'] = function(_, piece)
      client.on_generated(piece)
    end,
    ['workspace/codeLens/refresh'] = function(_, _, ctx)
      require('unembed.attach').refresh(ctx.client_id)
      return vim.NIL
    end,
  },
  -- Code actions and code lenses with these commands open the plugin's windows.
  commands = {
    ['unembed.generate'] = function(_, ctx)
      require('unembed.generate').run(ctx.bufnr)
    end,
    ['unembed.choose'] = function(command, ctx)
      require('unembed.choose').run(ctx.bufnr, command.arguments[1])
    end,
    ['unembed.trace'] = function(_, ctx)
      require('unembed.trace').run(ctx.bufnr)
    end,
    [line_ends.COMMAND] = function(_, ctx)
      line_ends.use_lf(ctx.bufnr)
    end,
    ['unembed.fetch'] = function(command, ctx)
      require('unembed.fetch').run(ctx.bufnr, command.arguments[1].id)
    end,
  },
  on_init = function(server)
    client.on_init(server.id)
  end,
  on_exit = function(code, signal, client_id)
    -- A new client can start only after Neovim has removed the old one, which it does in a scheduled callback.
    vim.schedule(function()
      vim.schedule(function()
        client.on_exit(code, signal, client_id)
      end)
    end)
  end,
}
