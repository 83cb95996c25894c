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
  view:explain('s suppress', 'a amplify', 'c set', 'r name', 'K card')
  view:show(render.page(cluster))
  vim.api.nvim_win_set_cursor(view.winid, { math.min(5, #view.page.lines), 0 })
end

---@param cluster unembed.ClusterDocument
---@return string
local function line(cluster)
  local words = table.concat(cluster.words, ', ')
  return ('%4d  %4d vectors  %.2f  %s'):format(cluster.cluster, cluster.size, cluster.cohesion, words)
end

--- Shows one cluster, or a picker with all of them.
---@param bufnr integer of the prompt file whose model is used
---@param number integer?
function M.run(bufnr, number)
  client.ask(bufnr, 'unembed.clusters', { cluster = number }, function(document)
    if number then
      return show(bufnr, document.clusters[1])
    end
    local title = 'clusters: number, size, cohesion, words'
    require('unembed.picker').pick(title, document.clusters, line, function(cluster)
      M.run(bufnr, cluster.cluster)
    end)
  end)
end

return M
