--- `K` in a prompt file: the server's hover in a float that takes the room that its table needs. Neovim's own hover
--- stays on one side of the cursor, so that in a small terminal the table is out of sight.
local client = require('unembed.client')
local config = require('unembed.config')
local markup = require('unembed.markup')
local text = require('unembed.text')

local M = {}

local namespace = vim.api.nvim_create_namespace('unembed.hover')
--- Neovim's name for the float of a hover: a second `K` enters the float that has it.
local FOCUS = 'textDocument/hover'
--- Errors that are not for the user: the text has changed, or the request was cancelled.
local SILENT = { [-32800] = true, [-32801] = true }

--- The border of a hover's float, and the rows and columns that it takes.
---@return string|string[] border
---@return integer frame
local function border()
  local chosen = vim.o.winborder ~= '' and vim.o.winborder or config.options.border
  return chosen, (chosen == 'none' or chosen == '') and 0 or 2
end

--- Gives a float the size of its text, as far as the screen has it: below the cursor's line or above it if there is
--- room, else over it.
---@param winid integer
---@param lines string[]
---@param frame integer
local function fit(winid, lines, frame)
  local columns, rows = vim.o.columns - frame, vim.o.lines - vim.o.cmdheight - frame
  local width = 1
  for _, line in ipairs(lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line))
  end
  width = math.min(width, columns)
  vim.wo[winid].linebreak = true
  vim.api.nvim_win_set_width(winid, width)
  local height = math.max(1, math.min(vim.api.nvim_win_text_height(winid, {}).all, rows))
  local cursor = vim.api.nvim_win_get_cursor(0)
  local place = vim.fn.screenpos(0, cursor[1], cursor[2] + 1)
  local above, below = place.row - 1 - frame, rows - place.row
  local row = below >= above and rows - height or 0
  if height <= below then
    row = place.row
  elseif height <= above then
    row = place.row - 1 - height - frame
  end
  vim.api.nvim_win_set_config(winid, {
    relative = 'editor',
    anchor = 'NW',
    row = row,
    col = math.max(0, math.min(place.col - 1, columns - width)),
    width = width,
    height = height,
  })
end

--- Highlights the token that a hover is about until its float is closed.
---@param bufnr integer
---@param winid integer of the float
---@param range lsp.Range
---@param encoding string
local function highlight(bufnr, winid, range, encoding)
  local function place(position)
    local line = vim.api.nvim_buf_get_lines(bufnr, position.line, position.line + 1, false)[1] or ''
    return { position.line, vim.str_byteindex(line, encoding, position.character, false) }
  end
  vim.hl.range(bufnr, namespace, 'LspReferenceTarget', place(range.start), place(range['end']))
  vim.api.nvim_create_autocmd('WinClosed', {
    pattern = tostring(winid),
    once = true,
    callback = function()
      if vim.api.nvim_buf_is_valid(bufnr) then
        vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
      end
    end,
  })
end

--- Maps the keys of a float: the card of the value vector under the cursor.
---@param float integer the float's buffer
---@param bufnr integer
local function map_card(float, bufnr)
  local function show()
    local id = vim.fn.expand('<cword>'):match(text.ID)
    if not id then
      return client.notify('no value vector here: put the cursor on an id, such as L5D662', vim.log.levels.WARN)
    end
    vim.api.nvim_win_close(0, true)
    require('unembed.card').run(bufnr, id)
  end
  for _, key in ipairs({ 'K', '<CR>' }) do
    vim.keymap.set('n', key, show, { buffer = float, desc = 'Show the card of the value vector' })
  end
end

---@param bufnr integer
---@param hover lsp.Hover
---@param encoding string
local function show(bufnr, hover, encoding)
  local style, frame = border()
  local lines = vim.lsp.util.convert_input_to_markdown_lines(hover.contents)
  local page = markup.page(table.concat(lines, '\n'), vim.o.columns - frame)
  local float, winid = vim.lsp.util.open_floating_preview(page.lines, '', { focus_id = FOCUS, border = style })
  if float == bufnr then
    return
  end
  for _, mark in ipairs(page.marks) do
    vim.api.nvim_buf_set_extmark(float, namespace, mark.line, mark.from, { end_col = mark.to, hl_group = mark.group })
  end
  fit(winid, page.lines, frame)
  map_card(float, bufnr)
  if hover.range then
    highlight(bufnr, winid, hover.range, encoding)
  end
end

--- Whether another server answers hovers in a buffer, whose answers Neovim's own hover shows too.
---@param bufnr integer
---@return boolean
local function others_answer(bufnr)
  return vim.iter(vim.lsp.get_clients({ bufnr = bufnr, method = FOCUS })):any(function(server)
    return server.name ~= 'unembed'
  end)
end

--- Shows the hover at the cursor, or enters the float that shows it.
function M.run()
  local bufnr = vim.api.nvim_get_current_buf()
  local server = client.of(bufnr)
  local float = vim.b[bufnr].lsp_floating_preview
  if not server or others_answer(bufnr) then
    return vim.lsp.buf.hover()
  elseif float and vim.api.nvim_win_is_valid(float) and vim.w[float][FOCUS] then
    return vim.api.nvim_set_current_win(float)
  end
  local encoding = server.offset_encoding
  local params = vim.lsp.util.make_position_params(0, encoding)
  server:request(FOCUS, params, function(err, hover)
    if err and not SILENT[err.code] then
      client.notify(err.message)
    elseif not err and not hover then
      client.notify('no hover here', vim.log.levels.INFO)
    elseif hover and vim.api.nvim_get_current_buf() == bufnr then
      show(bufnr, hover, encoding)
    end
  end, bufnr)
end

--- Number of size changes of the screen.
local changes = 0
--- A size that lasts so long, in milliseconds, is told to the servers: a mouse drags through many sizes.
local SETTLED = 100

--- The screen has another size: tells the servers how wide a hover's table may be.
function M.resized()
  changes = changes + 1
  local change = changes
  vim.defer_fn(function()
    if change ~= changes then
      return
    end
    for _, server in ipairs(vim.lsp.get_clients({ name = 'unembed' })) do
      local settings = config.settings_of(server.config.init_options)
      server:notify('workspace/didChangeConfiguration', { settings = settings })
    end
  end, SETTLED)
end

return M
