-- The language server as `vim.lsp.enable('unembed')` starts it. Read when the first prompt file opens.
local config = require('unembed.config')

---@type vim.lsp.Config
return {
  cmd = config.options.cmd,
  filetypes = { 'lmprompt' },
  root_dir = function(bufnr, on_dir)
    local file = vim.api.nvim_buf_get_name(bufnr)
    on_dir(vim.fs.root(bufnr, config.root_markers) or (file ~= '' and vim.fs.dirname(file)) or vim.fn.getcwd())
  end,
  init_options = { generated = true, results = true },
  handlers = {
    ['unembed/status'] = function(_, status, ctx)
      require('unembed.status').set(ctx.client_id, status)
    end,
    ['unembed/generated'] = function(_, piece)
      require('unembed.client').on_generated(piece)
    end,
  },
  -- The server's own commands, as a code action brings them, open in our windows.
  commands = {
    ['unembed.generate'] = function(_, ctx)
      require('unembed.generate').run(ctx.bufnr)
    end,
    ['unembed.trace'] = function(_, ctx)
      require('unembed.trace').run(ctx.bufnr)
    end,
  },
  on_exit = function(code, signal, client_id)
    -- Neovim forgets the client in what it has scheduled itself; after that a new one can take its place.
    vim.schedule(function()
      vim.schedule(function()
        require('unembed.client').on_exit(code, signal, client_id)
      end)
    end)
  end,
}
