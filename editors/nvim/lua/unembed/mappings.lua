--- The mappings: a `<Plug>` mapping for each action, and keys for them in prompt files. No mapping of the user's is
--- replaced.
local config = require('unembed.config')

local M = {}

---@class unembed.Mapping
---@field plug string the name in `<Plug>(unembed-...)`
---@field key string? its key in prompt files
---@field run string|fun()
---@field desc string

---@type unembed.Mapping[]
M.all = {
  { plug = 'generate', key = '<LocalLeader>g', run = '<Cmd>Unembed generate<CR>', desc = 'Generate' },
  { plug = 'trace', key = '<LocalLeader>t', run = '<Cmd>Unembed trace<CR>', desc = 'Trace the token under the cursor' },
  {
    plug = 'search',
    key = '<LocalLeader>s',
    run = '<Cmd>Unembed search<CR>',
    desc = 'Search value vectors by concept',
  },
  { plug = 'clusters', key = '<LocalLeader>c', run = '<Cmd>Unembed clusters<CR>', desc = 'Browse clusters' },
  {
    plug = 'vector',
    key = '<LocalLeader>v',
    run = '<Cmd>Unembed vector<CR>',
    desc = 'Show the card of the value vector',
  },
  {
    plug = 'hover',
    key = 'K',
    run = function()
      require('unembed.hover').run()
    end,
    desc = 'Explain the token or the intervention',
  },
  { plug = 'name', key = '<LocalLeader>n', run = '<Cmd>Unembed name<CR>', desc = 'Name the value vector' },
  { plug = 'names', run = '<Cmd>Unembed names<CR>', desc = "List the project's names" },
  { plug = 'runs', run = '<Cmd>Unembed runs<CR>', desc = 'Choose the run to show' },
  {
    plug = 'toggle',
    key = '<LocalLeader>x',
    run = '<Cmd>Unembed toggle<CR>',
    desc = 'Enable or disable the intervention',
  },
  {
    plug = 'increase',
    key = '<C-a>',
    run = function()
      require('unembed.step').press(1)
    end,
    desc = "Increase the intervention's number",
  },
  {
    plug = 'decrease',
    key = '<C-x>',
    run = function()
      require('unembed.step').press(-1)
    end,
    desc = "Decrease the intervention's number",
  },
}

--- Makes the `<Plug>` mappings.
function M.define()
  for _, mapping in ipairs(M.all) do
    vim.keymap.set(
      'n',
      ('<Plug>(unembed-%s)'):format(mapping.plug),
      mapping.run,
      { desc = 'unembed: ' .. mapping.desc }
    )
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
