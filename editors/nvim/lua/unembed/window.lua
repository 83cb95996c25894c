--- The window that shows a result: a scratch buffer in a float or a split.
local config = require('unembed.config')
local text = require('unembed.text')

local M = {}

local namespace = vim.api.nvim_create_namespace('unembed')

---@alias unembed.WindowKind 'float'|'vertical'|'horizontal'

---@class unembed.View
---@field bufnr integer
---@field winid integer
---@field kind unembed.WindowKind
---@field name string
---@field origin integer the buffer of the prompt file that the result is about
---@field page unembed.Page? the page that is shown
---@field make (fun(): unembed.Page)? makes the page again, for another choice of runs
---@field keys string[] the mappings in words, for the window's edge
---@field mapped {[1]: string, [2]: string}[] every mapping: its key and what it does
local View = {}
View.__index = View

--- The open views by name. A second result of a name takes the place of the first.
---@type table<string, unembed.View>
local open = {}

---@param lines string[]
---@param least integer the smallest width
---@return integer width
---@return integer height
local function float_size(lines, least)
  local widest = math.max(40, least)
  for _, line in ipairs(lines) do
    widest = math.max(widest, vim.fn.strdisplaywidth(line))
  end
  local width = math.max(1, math.min(widest, vim.o.columns - 4))
  local height = math.max(1, math.min(#lines, vim.o.lines - 6))
  return width, height
end

--- The keys in words on one line. Those that do not fit are left out; `g?` lists them all.
---@param view unembed.View
---@param columns integer
---@return string
local function keys_line(view, columns)
  for count = #view.keys, 0, -1 do
    local keys = vim.list_slice(view.keys, 1, count)
    local line = (' %s '):format(table.concat(vim.list_extend(keys, { 'q close', 'g? keys' }), ' · '))
    if count == 0 or vim.fn.strdisplaywidth(line) <= columns then
      return line
    end
  end
  return ''
end

---@param view unembed.View
---@param lines string[]
---@return vim.api.keyset.win_config
local function float_options(view, lines)
  local keys = keys_line(view, vim.o.columns - 4)
  local width, height = float_size(lines, vim.fn.strdisplaywidth(keys))
  local bordered = config.options.border ~= 'none' and config.options.border ~= ''
  return {
    relative = 'editor',
    width = width,
    height = height,
    col = math.max(0, math.floor((vim.o.columns - width) / 2) - 1),
    row = math.max(0, math.floor((vim.o.lines - height) / 2) - 1),
    border = config.options.border,
    title = bordered and ' ' .. view.name .. ' ' or nil,
    footer = bordered and #view.keys > 0 and { { keys, 'UnembedMuted' } } or nil,
    footer_pos = bordered and #view.keys > 0 and 'right' or nil,
  }
end

--- Opens the view of this name, or takes over the one that is open.
---@param name string
---@param origin integer
---@param kind unembed.WindowKind?
---@return unembed.View
function M.open(name, origin, kind)
  local view = open[name]
  kind = kind or config.options.window
  if view and view:is_open() then
    if view.kind == kind then
      vim.api.nvim_set_current_win(view.winid)
      view.origin, view.make = origin, nil
      vim.b[view.bufnr].unembed_origin = origin
      return view
    end
    view:close()
  end
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(bufnr, (name:gsub(' ', '://')))
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].filetype = 'unembed'
  vim.bo[bufnr].modifiable = false
  vim.b[bufnr].unembed_origin = origin
  view = setmetatable({ bufnr = bufnr, kind = kind, name = name, origin = origin, keys = {}, mapped = {} }, View)
  local placed = kind == 'float' and float_options(view, { '' })
    or { split = kind == 'vertical' and 'right' or 'below', win = -1 }
  if kind == 'float' then
    placed.style = 'minimal'
  end
  view.winid = vim.api.nvim_open_win(bufnr, true, placed)
  local options = {
    wrap = false,
    number = false,
    relativenumber = false,
    signcolumn = 'no',
    foldcolumn = '0',
    -- A line that is cut at the edge says so: a cut number would read as another one.
    list = true,
    listchars = 'extends:…,precedes:…',
    spell = false,
    foldmethod = 'expr',
    foldexpr = "v:lua.require'unembed.window'.foldexpr()",
    foldtext = '',
    foldlevel = 0,
    foldenable = true,
    fillchars = 'fold: ,eob: ',
  }
  for option, value in pairs(options) do
    vim.wo[view.winid][0][option] = value
  end
  view:map('q', function()
    view:close()
  end, 'Close the window')
  view:map('g?', function()
    view:list_keys()
  end, 'List these keys')
  open[name] = view
  return view
end

--- The view whose buffer this is.
---@param bufnr integer
---@return unembed.View?
function M.of(bufnr)
  for _, view in pairs(open) do
    if view.bufnr == bufnr and view:is_open() then
      return view
    end
  end
end

--- Draws the open views of a prompt file again, after another choice of runs.
---@param origin integer
function M.redraw(origin)
  for _, view in pairs(open) do
    if view.origin == origin and view.make then
      view:show(view.make())
    end
  end
end

--- 'foldexpr' of every view.
---@return string
function M.foldexpr()
  local view = M.of(vim.api.nvim_get_current_buf())
  return view and view.page and view.page.folds[vim.v.lnum] or '0'
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

--- Calls back when the view is closed.
---@param callback fun()
function View:on_close(callback)
  vim.api.nvim_create_autocmd('BufWipeout', { buffer = self.bufnr, once = true, callback = callback })
end

---@param lhs string
---@param rhs fun()
---@param desc string
---@param mode 'n'|'x'|nil
function View:map(lhs, rhs, desc, mode)
  vim.keymap.set(mode or 'n', lhs, rhs, { buffer = self.bufnr, nowait = true, desc = desc })
  local shown = mode == 'x' and 'v_' .. lhs or lhs
  for _, mapping in ipairs(self.mapped) do
    if mapping[1] == shown then
      mapping[2] = desc
      return
    end
  end
  table.insert(self.mapped, { shown, desc })
end

--- Lists the view's keys in a message.
function View:list_keys()
  local chunks = { { self.name, 'UnembedTitle' } }
  for _, mapping in ipairs(self.mapped) do
    vim.list_extend(chunks, { { '\n' .. text.pad(mapping[1], 7), 'UnembedVector' }, { mapping[2] } })
  end
  vim.api.nvim_echo(chunks, false, {})
end

--- Shows on the view's edge what its keys do.
---@param ... string
function View:explain(...)
  self.keys = { ... }
  if self.kind ~= 'float' and self:is_open() then
    local keys = keys_line(self, self:columns() - #self.name - 1):gsub('%%', '%%%%')
    vim.wo[self.winid][0].winbar = '%#UnembedTitle#' .. self.name .. ' %*%=%#UnembedMuted#%<' .. keys
  end
end

--- What is under the cursor: the value vector whose id it is on, else what the line shows.
---@return unembed.Subject
function View:subject()
  local line = vim.api.nvim_win_get_cursor(self.winid)[1]
  local subject = self.page and self.page.subjects[line] or {}
  local id = vim.api.nvim_win_call(self.winid, function()
    return vim.fn.expand('<cword>'):match('^' .. text.ID .. '$')
  end)
  return id and { id = id, position = subject.position, run = subject.run } or subject
end

--- The columns that a text may take before the window scrolls sideways.
---@return integer
function View:columns()
  if self.kind == 'float' then
    return math.min(110, vim.o.columns - 4)
  end
  return vim.api.nvim_win_get_width(self.winid)
end

--- Shows the page that `make` makes, now and after another choice of runs.
---@param make fun(): unembed.Page
function View:draw(make)
  self.make = make
  self:show(make())
end

--- Shows a page in place of the last one.
---@param page unembed.Page
function View:show(page)
  if not self:is_open() then
    return
  end
  self.page = page
  vim.bo[self.bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(self.bufnr, 0, -1, false, page.lines)
  vim.bo[self.bufnr].modifiable = false
  vim.api.nvim_buf_clear_namespace(self.bufnr, namespace, 0, -1)
  for _, mark in ipairs(page.marks) do
    local place =
      { end_col = mark.to, hl_group = mark.group, priority = mark.group == 'UnembedDiverges' and 200 or 100 }
    vim.api.nvim_buf_set_extmark(self.bufnr, namespace, mark.line, mark.from, place)
  end
  if self.kind == 'float' then
    vim.api.nvim_win_set_config(self.winid, float_options(self, page.lines))
  end
end

return M
