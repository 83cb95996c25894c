--- What a user of Neovim does and sees, for the specs. Waits for states, never for a time.
local M = {}

--- How long to wait for a state, in milliseconds. No spec depends on it.
local DEADLINE = tonumber(vim.env.SPEC_DEADLINE) or 120000

--- Every message that was shown.
---@type string[]
M.messages = {}
---@type table<integer, string[]>
local by_level = {}
vim.notify = function(message, level)
  table.insert(M.messages, message)
  level = level or vim.log.levels.INFO
  by_level[level] = by_level[level] or {}
  table.insert(by_level[level], message)
end

--- The messages of a level that were shown since the start.
---@param level integer
---@return string[]
function M.messages_of_level(level)
  return by_level[level] or {}
end

--- The folder of the specs.
M.folder = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, 'S').source:sub(2)))

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

--- The questions and lists that were shown. The spec answers each.
---@type {titles: string[], lists: string[][], prompts: string[], defaults: string[]}
M.asked = { titles = {}, lists = {}, prompts = {}, defaults = {} }

---@param _ any
---@param options {prompt: string?}
local function unexpected(_, options)
  error('unexpected question: ' .. (options.prompt or ''), 0)
end

--- Answers the next list with the first entry that holds `part`.
---@param part string
function M.will_choose(part)
  vim.ui.select = function(items, options, done)
    vim.ui.select = unexpected
    local list = vim.tbl_map(options.format_item, items)
    table.insert(M.asked.titles, options.prompt)
    table.insert(M.asked.lists, list)
    for i, line in ipairs(list) do
      if line:find(part, 1, true) then
        return done(items[i], i)
      end
    end
    error(('%q is not among %s'):format(part, vim.inspect(list)), 0)
  end
end

--- Answers the next question with a text; nil takes the default.
---@param text string?
function M.will_type(text)
  vim.ui.input = function(options, done)
    vim.ui.input = function(again)
      unexpected(nil, again)
    end
    table.insert(M.asked.prompts, options.prompt)
    table.insert(M.asked.defaults, options.default or '')
    done(text or options.default)
  end
end

--- Presses keys, with their mappings.
---@param keys string such as `<C-a>`
function M.press(keys)
  vim.api.nvim_feedkeys(vim.keycode(keys), 'mx', false)
end

--- The sign and the text after each marked line, by line.
---@param bufnr integer?
---@return table<integer, string>
function M.marks(bufnr)
  local found = {}
  local namespace = vim.api.nvim_get_namespaces()['unembed.marks'] or -1
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(bufnr or 0, namespace, 0, -1, { details = true })) do
    local behind = vim.tbl_map(function(chunk)
      return chunk[1]
    end, mark[4].virt_text or {})
    found[mark[2] + 1] = vim.trim(mark[4].sign_text .. ' ' .. table.concat(behind))
  end
  return found
end

--- The next tokens below a line: their lines, and the number of the line.
---@return string[]? lines
---@return integer? line
function M.preview()
  local namespace = vim.api.nvim_get_namespaces()['unembed.preview'] or -1
  local mark = vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true })[1]
  if not mark then
    return nil
  end
  local lines = {}
  for _, line in ipairs(mark[4].virt_lines) do
    local text = ''
    for _, chunk in ipairs(line) do
      text = text .. chunk[1]
    end
    table.insert(lines, text)
  end
  return lines, mark[2] + 1
end

--- Writes a file and opens it, as `:edit` does. Returns once the server is attached.
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

--- Waits for a result that holds a text, and makes its window the current one.
---@param part string
---@return string text
function M.result(part)
  return M.eventually('a result with ' .. part, function()
    for _, winid in ipairs(vim.api.nvim_list_wins()) do
      local bufnr = vim.api.nvim_win_get_buf(winid)
      local text = M.text(bufnr)
      if vim.bo[bufnr].filetype == 'unembed' and text:find(part, 1, true) then
        vim.api.nvim_set_current_win(winid)
        return text
      end
    end
  end)
end

--- The text of the open float.
---@return string?
function M.float()
  for _, winid in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(winid).relative ~= '' then
      return M.text(vim.api.nvim_win_get_buf(winid))
    end
  end
end

--- Waits for the model: before it is loaded, a file has no lenses, and a hover says that alone.
function M.model()
  M.eventually('the model', function()
    return vim.lsp.codelens.get(0)[1]
  end)
end

--- The text of the hover at the cursor.
---@return string
function M.hover()
  M.model()
  vim.lsp.buf.hover()
  local text = M.eventually('a hover', M.float)
  for _, winid in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(winid).relative ~= '' then
      vim.api.nvim_win_close(winid, true)
    end
  end
  return text
end

--- Chooses the first code action whose title holds `part`, then `choice` if it has several, and waits until the buffer
--- has changed.
---@param part string
---@param choice string?
---@return string title
function M.act(part, choice)
  if choice then
    M.will_choose(choice)
  end
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

--- Waits for a continuation to end, and closes its window.
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
