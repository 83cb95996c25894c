--- The window that shows a result: a scratch buffer in a float or a split, redrawn as often as need be.
local config = require('unembed.config')

local M = {}

local namespace = vim.api.nvim_create_namespace('unembed')

---@class unembed.View
---@field bufnr integer
---@field winid integer
---@field kind 'float'|'vertical'|'horizontal'
local View = {}
View.__index = View

--- The views that are open, by the name of what they show: a second result takes the first one's place.
---@type table<string, unembed.View>
local open = {}

local function float_size(lines)
  local widest = 40
  for _, line in ipairs(lines) do
    widest = math.max(widest, vim.fn.strdisplaywidth(line))
  end
  local width = math.max(1, math.min(widest, vim.o.columns - 4))
  local height = math.max(1, math.min(#lines, math.floor(vim.o.lines * 0.8) - 2))
  return width, height
end

local function float_options(lines, title)
  local width, height = float_size(lines)
  return {
    relative = 'editor',
    width = width,
    height = height,
    col = math.max(0, math.floor((vim.o.columns - width) / 2) - 1),
    row = math.max(0, math.floor((vim.o.lines - height) / 2) - 1),
    title = title and (' ' .. title .. ' '),
    border = config.options.border,
  }
end

--- The view of this name, opened or taken over.
---@param name string
---@param kind 'float'|'vertical'|'horizontal'|nil
---@return unembed.View
function M.open(name, kind)
  local view = open[name]
  kind = kind or config.options.window
  if view and view:is_open() then
    if view.kind == kind then
      vim.api.nvim_set_current_win(view.winid)
      return view
    end
    view:close()
  end
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(bufnr, (name:gsub(' ', '://')))
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].filetype = 'unembed'
  vim.bo[bufnr].modifiable = false
  local placed = kind == 'float' and float_options({ '' }, name) or { split = kind == 'vertical' and 'right' or 'below' }
  if kind == 'float' then
    placed.style = 'minimal'
  end
  local winid = vim.api.nvim_open_win(bufnr, true, placed)
  for option, value in pairs({ wrap = false, number = false, relativenumber = false, signcolumn = 'no', list = false }) do
    vim.wo[winid][0][option] = value
  end
  view = setmetatable({ bufnr = bufnr, winid = winid, kind = kind, name = name }, View)
  open[name] = view
  return view
end

---@return boolean
function View:is_open()
  return vim.api.nvim_buf_is_valid(self.bufnr) and vim.api.nvim_win_is_valid(self.winid)
end

function View:close()
  if self:is_open() then
    vim.api.nvim_win_close(self.winid, true)
  end
end

--- Calls back when the view is gone, however it went.
---@param callback fun()
function View:on_close(callback)
  vim.api.nvim_create_autocmd('BufWipeout', { buffer = self.bufnr, once = true, callback = callback })
end

---@param lhs string
---@param rhs fun()
---@param desc string
function View:map(lhs, rhs, desc)
  vim.keymap.set('n', lhs, rhs, { buffer = self.bufnr, nowait = true, desc = desc })
end

--- How many columns a text may take before the window must scroll sideways.
---@return integer
function View:columns()
  if self.kind == 'float' then
    return math.min(110, vim.o.columns - 4)
  end
  return vim.api.nvim_win_get_width(self.winid)
end

--- Shows a page instead of what is there.
---@param page unembed.Page
function View:show(page)
  if not self:is_open() then
    return
  end
  vim.bo[self.bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(self.bufnr, 0, -1, false, page.lines)
  vim.bo[self.bufnr].modifiable = false
  vim.api.nvim_buf_clear_namespace(self.bufnr, namespace, 0, -1)
  for _, mark in ipairs(page.marks) do
    local place = { end_col = mark.to, hl_group = mark.group, priority = mark.group == 'UnembedDiverges' and 200 or 100 }
    vim.api.nvim_buf_set_extmark(self.bufnr, namespace, mark.line, mark.from, place)
  end
  if self.kind == 'float' then
    vim.api.nvim_win_set_config(self.winid, float_options(page.lines, self.name))
  end
end

return M
