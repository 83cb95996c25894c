--- Index builds: which of those that run is of a file's model, and how far it is.
local client = require('unembed.client')
local config = require('unembed.config')
local structure = require('unembed.structure')
local text = require('unembed.text')

local M = {}

---@param path string
---@return string
local function last_part(path)
  return path:match('([^/\\]+)[/\\]*$') or path
end

--- Whether `written` is a way to write the model of this name. The name of a model in a folder is the folder's. Old
--- Hugging Face ids have no owner, and the revision `main` is left out.
---@param written string
---@param name string
---@return boolean
local function means(written, name)
  local plain = written:gsub('@main$', '')
  if plain == name then
    return true
  elseif name:find('/', 1, true) then
    return last_part(name) == plain
  end
  return last_part(plain) == name
end

---@param list unembed.IndexBuild[]
---@param is fun(build: unembed.IndexBuild): boolean
---@return unembed.IndexBuild?
local function first(list, is)
  for _, build in ipairs(list) do
    if is(build) then
      return build
    end
  end
end

--- The model of a file, as far as the editor knows it.
---@class unembed.NamedModel
---@field named string? as the file writes it; nil where it names none
---@field others string[] the models that the server's other files name

---@param bufnr integer
---@return string?
local function named(bufnr)
  local document = vim.api.nvim_buf_is_loaded(bufnr) and structure.now(bufnr)
  return document and text.maybe(document.model) or nil
end

--- Asks the server, and waits for its answer.
---@param bufnr integer
---@return unembed.NamedModel
function M.model(bufnr)
  local own, others = named(bufnr), {}
  local server = not own and client.of(bufnr)
  for other in pairs(server and server.attached_buffers or {}) do
    local model = other ~= bufnr and vim.bo[other].filetype == 'lmprompt' and named(other)
    table.insert(others, model or nil)
  end
  return { named = own, others = others }
end

--- The build of a model's index; nil where none runs.
---@param list unembed.IndexBuild[] all that run
---@param model unembed.NamedModel
---@return unembed.IndexBuild?
function M.find(list, model)
  local by_default = (config.options.settings.models or {}).default or 'starter'
  local written = model.named or by_default
  local found = first(list, function(build)
    return build.model == written
  end) or first(list, function(build)
    return means(written, build.model)
  end)
  if found or model.named then
    return found
  end
  -- A settings file may set another default, which the editor does not know. No file names that model.
  return first(list, function(build)
    return not vim.iter(model.others):any(function(other)
      return means(other, build.model)
    end)
  end)
end

--- Whether a search finds every value vector of a build's model, while the rest of the index is built.
---@param build unembed.IndexBuild
---@return boolean
function M.has_every_vector(build)
  return build.done >= build.all
end

--- How much of a build is done, in percent.
---@param build unembed.IndexBuild
---@return integer
function M.percentage(build)
  return build.all > 0 and math.floor(100 * build.done / build.all) or 100
end

return M
