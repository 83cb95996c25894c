--- Stepping an intervention's number, as <C-a> and <C-x> do with others: the whole line counts, `.` repeats it, and
--- what comes next is shown below the line as it changes.
local client = require('unembed.client')
local config = require('unembed.config')
local prompt = require('unembed.prompt')

local M = {}

--- What `.` does again.
local by = 0

--- A number after a step, with the places behind the point that either has.
---@param number string
---@param step number
---@return string
local function stepped(number, step)
  local function places(written)
    return #(written:match('%.(%d+)') or '')
  end
  local most = math.max(places(number), places(('%.10g'):format(step)))
  local text = ('%.' .. most .. 'f'):format(tonumber(number) + step)
  if text:find('%.') then
    text = text:gsub('0+$', ''):gsub('%.$', '')
  end
  return text == '-0' and '0' or text
end

--- Where in a value its number is: after `set:`, `scale:` or `add:` in a mapping, else at its beginning.
---@param value string
---@return integer? from
---@return integer? to
local function number_in(value)
  local NUMBER = '([-+]?%d+%.?%d*)'
  for _, before in ipairs({ '^', '^{.-set:%s*', '^{.-scale:%s*', '^{.-add:%s*' }) do
    local from, number = value:match(before .. '()' .. NUMBER)
    if from and not value:sub(from + #number, from + #number):match('[%w.]') then
      return from, from + #number - 1
    end
  end
end

--- The text of an intervention's line after a step; nil where there is no number to step.
---@param line string
---@param entry unembed.Entry
---@param step number
---@return string?
---@return integer? column of the number, from 0
function M.line(line, entry, step)
  local from, to = number_in(entry.value)
  if not from then
    return nil
  end
  local before = line:sub(1, entry.from + from - 2)
  return before .. stepped(entry.value:sub(from, to), step) .. line:sub(entry.from + to), #before
end

--- Does the step once; 'operatorfunc' of the mappings.
function M.again()
  local bufnr, row = vim.api.nvim_get_current_buf(), vim.api.nvim_win_get_cursor(0)[1] - 1
  local entry = prompt.intervention(bufnr, row)
  if not entry then
    return
  end
  local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1]
  local changed, column = M.line(line, entry, by * config.options.step)
  if not changed then
    return client.notify(('`%s` has no number to step; write one, such as 4'):format(entry.value))
  elseif not vim.bo[bufnr].modifiable then
    return client.notify("this buffer cannot be changed ('nomodifiable')")
  end
  prompt.break_undo(bufnr)
  vim.api.nvim_buf_set_lines(bufnr, row, row + 1, false, { changed })
  vim.api.nvim_win_set_cursor(0, { row + 1, column })
  require('unembed.marks').preview(bufnr, row)
end

--- What a mapping of <C-a> (`direction` 1) or <C-x> (-1) has to type: a step on an intervention's line, elsewhere what
--- Neovim's own key does.
---@param direction 1|-1
---@return string
function M.keys(direction)
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  if not prompt.intervention(vim.api.nvim_get_current_buf(), row) then
    return direction == 1 and '<C-a>' or '<C-x>'
  end
  by = direction * vim.v.count1
  vim.go.operatorfunc = "v:lua.require'unembed.step'.again"
  -- The count is in the step; it must not be one of lines as well.
  return (vim.v.count > 0 and '<Esc>' or '') .. 'g@l'
end

return M
