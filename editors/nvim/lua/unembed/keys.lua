--- What can be done with a value vector that a result shows, the same keys in every such window.
local M = {}

--- Maps them in a view; the vector is what the line under the cursor is about, or else the view's own.
---@param view unembed.View
---@param own fun(): unembed.Subject?
function M.attach(view, own)
  local intervene = require('unembed.intervene')
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
  map('s', 'Suppress the value vector', function(id)
    intervene.write(view.origin, id, 'off')
  end)
  map('a', 'Amplify the value vector', function(id)
    intervene.write(view.origin, id, '{ scale: 2 }')
  end)
  map('b', "Boost the value vector: the layer's largest score", function(id)
    intervene.write(view.origin, id, 'boost')
  end)
  map('e', 'Set its coefficient to a number that you type', function(id, subject)
    intervene.ask(view.origin, id, subject.coefficient)
  end)
  map('x', 'Turn its intervention on or off', function(id)
    intervene.write(view.origin, id, 'toggle')
  end)
  map('n', 'Name the value vector', function(id)
    intervene.name(view.origin, { id })
  end)
  view:map('K', function()
    local subject = view:subject()
    if subject.cluster then
      require('unembed.clusters').run(view.origin, subject.cluster)
    elseif subject.id then
      require('unembed.card').run(view.origin, subject.id, subject.coefficient)
    end
  end, 'The card of the value vector here')
  view:map('<CR>', function()
    vim.api.nvim_feedkeys('K', 'm', false)
  end, 'The card of the value vector here')
end

--- The same in words, for a view's edge.
---@type string[]
M.explained = { 's suppress', 'a amplify', 'e set', 'n name', 'K card' }

return M
