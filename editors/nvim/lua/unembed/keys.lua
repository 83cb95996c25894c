--- The keys for a value vector in a result: the same in every window that shows one. None is a motion or a search, so
--- that a result is read as any other text; the keys of Neovim that they hide change text, which a result does not let.
local M = {}

--- Maps the keys in a view. They act on the value vector of the cursor's line, or else on the view's own.
---@param view unembed.View
---@param own fun(): unembed.Subject?
function M.attach(view, own)
  local intervene, naming = require('unembed.intervene'), require('unembed.naming')
  ---@param lhs string
  ---@param desc string
  ---@param use fun(id: string, subject: unembed.Subject)
  local function map(lhs, desc, use)
    view:map(lhs, function()
      local subject = view:subject()
      if not subject.id then
        subject = own() or {}
      end
      if subject.id then
        use(subject.id, subject)
      end
    end, desc)
  end
  map('s', 'Suppress the value vector', function(id, subject)
    intervene.write(view.origin, id, 'off', subject.run)
  end)
  map('a', 'Amplify the value vector', function(id, subject)
    intervene.write(view.origin, id, '{ scale: 2 }', subject.run)
  end)
  map('A', "Boost the value vector to the layer's largest score", function(id, subject)
    intervene.write(view.origin, id, 'boost', subject.run)
  end)
  map('c', 'Set its coefficient to a number that you type', function(id, subject)
    intervene.ask(view.origin, id, subject)
  end)
  map('x', 'Enable or disable its intervention', function(id, subject)
    intervene.write(view.origin, id, 'toggle', subject.run)
  end)
  map('r', 'Name the value vector', function(id)
    naming.name(view.origin, { id })
  end)
  view:map('r', function()
    local lines = vim.fn.getregion(vim.fn.getpos('v'), vim.fn.getpos('.'), { type = vim.fn.mode() })
    local ids = naming.ids(table.concat(lines, '\n'))
    vim.api.nvim_feedkeys(vim.keycode('<Esc>'), 'nx', false)
    if #ids > 0 then
      naming.name(view.origin, ids)
    end
  end, 'Name the selected value vectors: a group', 'x')
  view:map('K', function()
    local subject = view:subject()
    if subject.cluster then
      require('unembed.clusters').run(view.origin, subject.cluster)
    elseif subject.id then
      require('unembed.card').run(view.origin, subject.id, subject)
    end
  end, 'Show the card of the value vector')
  view:map('<CR>', function()
    vim.api.nvim_feedkeys('K', 'm', false)
  end, 'Show the card of the value vector')
end

--- The keys in words, for a view's edge.
---@type string[]
M.explained = { 's suppress', 'a amplify', 'c set', 'r name', 'K card' }

return M
