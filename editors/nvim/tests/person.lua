--- What a person at Neovim does and sees, for the specs. Waits for states, never for a time.
local M = {}

--- What hangs fails after this; nothing is timed by it.
local DEADLINE = 120000

--- Every message that was shown.
---@type string[]
M.messages = {}
vim.notify = function(message)
  table.insert(M.messages, message)
end

---@param what string
---@param seen fun(): any
---@return any what was seen
function M.eventually(what, seen)
  local value
  local ok = vim.wait(DEADLINE, function()
    value = seen()
    return value
  end, 10)
  if not ok then
    error(('%s was never seen; messages: %s'):format(what, vim.inspect(M.messages)), 2)
  end
  return value
end

---@param expected any
---@param found any
---@param what string?
function M.same(expected, found, what)
  if not vim.deep_equal(expected, found) then
    error(('%s: expected %s, found %s'):format(what or 'value', vim.inspect(expected), vim.inspect(found)), 2)
  end
end

---@param text string
---@param part string
function M.contains(text, part)
  if not text:find(part, 1, true) then
    error(('%q is not in %s'):format(part, text), 2)
  end
end

--- Writes a file and opens it, as `:edit` does; returns once the server holds it.
---@param text string
---@return integer bufnr
function M.open(text)
  local folder = vim.fn.tempname()
  vim.fn.mkdir(folder, 'p')
  local file = folder .. '/experiment.prompt'
  local handle = assert(io.open(file, 'wb'))
  handle:write(text)
  handle:close()
  vim.cmd.edit(vim.fn.fnameescape(file))
  local bufnr = vim.api.nvim_get_current_buf()
  M.eventually('the server', function()
    return vim.lsp.get_clients({ bufnr = bufnr, name = 'unembed' })[1]
  end)
  return bufnr
end

--- Puts the cursor on the first character of a text in the current buffer.
---@param text string
function M.go_to(text)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  if vim.fn.search('\\V' .. vim.fn.escape(text, '\\'), 'cW') == 0 then
    error(('%q is not in the buffer'):format(text), 2)
  end
end

---@param bufnr integer?
---@return string
function M.text(bufnr)
  return table.concat(vim.api.nvim_buf_get_lines(bufnr or 0, 0, -1, false), '\n')
end

--- The float that is open, as text.
---@return string?
function M.float()
  for _, winid in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(winid).relative ~= '' then
      return M.text(vim.api.nvim_win_get_buf(winid))
    end
  end
end

--- Presses K, and reads.
---@return string
function M.hover()
  vim.lsp.buf.hover()
  local text = M.eventually('a hover', M.float)
  for _, winid in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(winid).relative ~= '' then
      vim.api.nvim_win_close(winid, true)
    end
  end
  return text
end

--- Chooses the first code action whose title holds `part` and waits until it has changed the buffer.
---@param part string
---@return string title
function M.act(part)
  local before, chosen = vim.b.changedtick, nil
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      if not chosen and action.title:find(part, 1, true) then
        chosen = action.title
      end
      return action.title == chosen
    end,
  })
  M.eventually('an edit by ' .. part, function()
    return vim.b.changedtick ~= before
  end)
  return chosen
end

--- Reads the continuation once it is whole, and closes it.
---@return string
function M.continuation()
  local text = M.eventually('a continuation', function()
    local shown = M.float()
    return shown and shown:find('stopped at', 1, true) and shown
  end)
  vim.cmd.normal('q')
  return text
end

---@return string
function M.generate()
  vim.cmd('Unembed generate')
  return M.continuation()
end

return M
