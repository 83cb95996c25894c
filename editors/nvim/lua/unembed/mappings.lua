--- The mappings: `<Plug>` ones for everything, and a small set of keys for them in prompt files, none of which takes
--- the place of a key or a choice of the user's.
local config = require('unembed.config')

local M = {}

---@class unembed.Mapping
---@field plug string what stands in `<Plug>(unembed-...)`
---@field key string? its key in prompt files
---@field run string|fun(): string?
---@field desc string
---@field expr boolean?

---@type unembed.Mapping[]
M.all = {
  { plug = 'generate', key = '<LocalLeader>g', run = '<Cmd>Unembed generate<CR>', desc = 'Continue the prompt' },
  { plug = 'trace', key = '<LocalLeader>t', run = '<Cmd>Unembed trace<CR>', desc = 'Trace the token under the cursor' },
  {
    plug = 'search',
    key = '<LocalLeader>s',
    run = '<Cmd>Unembed search<CR>',
    desc = 'Search value vectors by concept',
  },
  { plug = 'clusters', key = '<LocalLeader>c', run = '<Cmd>Unembed clusters<CR>', desc = 'Browse concepts' },
  { plug = 'vector', key = '<LocalLeader>v', run = '<Cmd>Unembed vector<CR>', desc = 'Card of the value vector here' },
  { plug = 'name', key = '<LocalLeader>n', run = '<Cmd>Unembed name<CR>', desc = 'Name the value vector here' },
  { plug = 'names', run = '<Cmd>Unembed names<CR>', desc = 'Names of the project' },
  {
    plug = 'toggle',
    key = '<LocalLeader>x',
    run = '<Cmd>Unembed toggle<CR>',
    desc = 'Turn the intervention on or off',
  },
  {
    plug = 'increase',
    key = '<C-a>',
    run = function()
      return require('unembed.step').keys(1)
    end,
    desc = "Add to the intervention's number",
    expr = true,
  },
  {
    plug = 'decrease',
    key = '<C-x>',
    run = function()
      return require('unembed.step').keys(-1)
    end,
    desc = "Take from the intervention's number",
    expr = true,
  },
}

--- Makes the `<Plug>` mappings.
function M.define()
  for _, mapping in ipairs(M.all) do
    local options = { desc = 'unembed: ' .. mapping.desc, expr = mapping.expr, replace_keycodes = mapping.expr }
    vim.keymap.set('n', ('<Plug>(unembed-%s)'):format(mapping.plug), mapping.run, options)
  end
end

--- Makes the keys of a prompt file's buffer.
---@param bufnr integer
function M.attach(bufnr)
  if not config.options.mappings or vim.g.no_plugin_maps or vim.g.no_lmprompt_maps then
    return
  end
  for _, mapping in ipairs(M.all) do
    local plug = ('<Plug>(unembed-%s)'):format(mapping.plug)
    local taken = mapping.key and vim.fn.maparg(mapping.key, 'n') ~= ''
    if mapping.key and not taken and vim.fn.hasmapto(plug, 'n') == 0 then
      vim.keymap.set('n', mapping.key, plug, { buffer = bufnr, remap = true, desc = 'unembed: ' .. mapping.desc })
    end
  end
end

return M
