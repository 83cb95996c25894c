--- `:Unembed clusters`: a list of all clusters of value vectors, and the members of one.
local client = require('unembed.client')
local keys = require('unembed.keys')
local render = require('unembed.render.cluster')
local window = require('unembed.window')

local M = {}

---@param bufnr integer
---@param cluster unembed.ClusterDocument
local function show(bufnr, cluster)
  local view = window.open('unembed cluster', bufnr, 'float')
  keys.attach(view, function()
    return nil
  end)
  view:explain('s suppress', 'a amplify', 'e set', 'n name', 'K card', 'q close')
  view:show(render.page(cluster))
  vim.api.nvim_win_set_cursor(view.winid, { math.min(5, #view.page.lines), 0 })
end

---@param bufnr integer
---@param clusters unembed.ClusterDocument[]
local function choose(bufnr, clusters)
  local items = {}
  for _, cluster in ipairs(clusters) do
    local words = table.concat(cluster.words, ', ')
    local line = ('%4d  %4d vectors  %.2f  %s'):format(cluster.cluster, cluster.size, cluster.cohesion, words)
    table.insert(items, { cluster = cluster.cluster, text = line })
  end
  require('unembed.picker').pick({
    title = 'clusters: number, size, cohesion, words',
    items = items,
    choose = function(item)
      M.run(bufnr, item.cluster)
    end,
  })
end

--- Shows one cluster, or a picker with all of them.
---@param bufnr integer of the prompt file whose model is used
---@param number integer?
function M.run(bufnr, number)
  client.execute(bufnr, {
    command = 'unembed.clusters',
    argument = { cluster = number },
    on_done = function(err, document)
      if err then
        return client.notify(err)
      elseif not document then
        return
      end
      if number then
        return show(bufnr, document.clusters[1])
      end
      choose(bufnr, document.clusters)
    end,
  })
end

return M
