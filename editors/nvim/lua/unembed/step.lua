--- Steps an intervention's number, as <C-a> and <C-x> do with other numbers. The cursor may be anywhere in the line.
--- `.` repeats the step. The next tokens are shown below the line.
local client = require('unembed.client')
local config = require('unembed.config')
local edit = require('unembed.edit')
local structure = require('unembed.structure')

local M = {}

--- The step that `.` repeats, in units of the setting `step`.
local by = 0

--- A number after a step. It has the decimals of the number or of the step, whichever has more, without zeros at the
--- end.
---@param number string as written, such as `+2.50`
---@param step number
---@return string
function M.stepped(number, step)
  local function decimals(written)
    return #(written:match('%.(%d+)') or '')
  end
  local sum = assert(tonumber(number)) + step
  if number:find('[eE]') then
    return ('%.10g'):format(sum)
  end
  local most = math.max(decimals(number), decimals(('%.10g'):format(step)))
  local written = ('%.' .. most .. 'f'):format(sum)
  if written:find('%.') then
    written = written:gsub('0+$', ''):gsub('%.$', '')
  end
  return written == '-0' and '0' or written
end

--- Steps once; 'operatorfunc' of the mappings.
function M.again()
  local bufnr = vim.api.nvim_get_current_buf()
  local entry, err = structure.cursor_entry(bufnr)
  if not entry then
    return err and client.notify(err)
  end
  local number = entry.number
  if number == vim.NIL or not number then
    return client.notify(('`%s` has no number to step; write one, such as 4'):format(entry.value))
  elseif not edit.changeable(bufnr) then
    return
  end
  local row, from = structure.place(bufnr, number.range.start)
  local last, to = structure.place(bufnr, number.range['end'])
  edit.break_undo(bufnr)
  local written = M.stepped(number.text, by * config.options.step)
  vim.api.nvim_buf_set_text(bufnr, row, from, last, to, { written })
  vim.api.nvim_win_set_cursor(0, { row + 1, from })
  require('unembed.marks').preview(bufnr, row)
end

--- <C-a> (`direction` 1) or <C-x> (-1): a step on an intervention's line, elsewhere Neovim's own.
---@param direction 1|-1
function M.press(direction)
  local count = vim.v.count
  local bufnr = vim.api.nvim_get_current_buf()
  local entry, err
  if client.of(bufnr) then
    entry, err = structure.cursor_entry(bufnr)
  end
  if err then
    return client.notify(err)
  end
  local keys = 'g@l'
  if entry then
    by = direction * math.max(count, 1)
    vim.go.operatorfunc = "v:lua.require'unembed.step'.again"
  else
    keys = (count > 0 and count or '') .. (direction == 1 and '<C-a>' or '<C-x>')
  end
  -- Before what is typed already, and not mapped again.
  vim.api.nvim_feedkeys(vim.keycode(keys), 'in', false)
end

return M
