--- Changing the interventions of a prompt file: a value vector is suppressed, amplified, set, turned on or off, named.
--- The server says which edits that takes; they are made here, in one step that `u` takes back.
local client = require('unembed.client')
local prompt = require('unembed.prompt')

local M = {}

--- Whether a buffer can be changed; says what to do where it cannot.
---@param bufnr integer
---@return boolean
local function changeable(bufnr)
  if not vim.bo[bufnr].modifiable then
    client.notify("the prompt file's buffer cannot be changed ('nomodifiable'): :set modifiable first")
    return false
  end
  return true
end

---@class unembed.Intervened
---@field version integer|vim.NIL
---@field line integer|vim.NIL
---@field edits lsp.TextEdit[]

--- Makes the edits of an answer, unless the text has changed since it was asked for.
---@param bufnr integer
---@param tick integer 'changedtick' when it was asked for
---@param result unembed.Intervened
---@return boolean
local function apply(bufnr, tick, result)
  if tick ~= vim.api.nvim_buf_get_changedtick(bufnr) then
    client.notify('the text has changed meanwhile; nothing was done, try again')
    return false
  end
  local server = client.of(bufnr)
  if server and #result.edits > 0 then
    prompt.break_undo(bufnr)
    vim.lsp.util.apply_text_edits(result.edits, bufnr, server.offset_encoding)
  end
  return true
end

--- Writes what is to become of a value vector into a prompt file.
---@param bufnr integer
---@param target string an id or a name
---@param value string|number|table as `unembed.intervene` takes it
---@param done fun(line: integer?)? after the edit
function M.change(bufnr, target, value, done)
  if not changeable(bufnr) then
    return
  end
  local tick
  client.execute(bufnr, {
    command = 'unembed.intervene',
    argument = { target = target, value = value },
    on_start = function()
      tick = vim.api.nvim_buf_get_changedtick(bufnr)
    end,
    on_done = function(err, result)
      if err then
        return client.notify(err)
      end
      if not result or not vim.api.nvim_buf_is_loaded(bufnr) or not apply(bufnr, tick, result) then
        return
      end
      local line = type(result.line) == 'number' and result.line or nil
      if line then
        require('unembed.marks').preview(bufnr, line - 1)
      end
      if done then
        done(line)
      end
    end,
  })
end

--- Says what a change made of a line, for who does not see the file.
---@param bufnr integer
---@param line integer?
local function tell(bufnr, line)
  local written = line and vim.api.nvim_buf_get_lines(bufnr, line - 1, line, false)[1]
  if written then
    local name = vim.fs.basename(vim.api.nvim_buf_get_name(bufnr))
    vim.api.nvim_echo({ { ('%s:%d  %s'):format(name, line, vim.trim(written)) } }, false, {})
  end
end

---@param bufnr integer
---@param target string
---@param value string|number|table
function M.write(bufnr, target, value)
  M.change(bufnr, target, value, function(line)
    tell(bufnr, line)
  end)
end

--- Asks for a value and writes it.
---@param bufnr integer
---@param target string
---@param default number? the coefficient as it is
function M.ask(bufnr, target, default)
  local shown = default and ('%.3g'):format(default) or nil
  vim.ui.input({ prompt = target .. ': ', default = shown }, function(value)
    value = value and vim.trim(value)
    if value and value ~= '' then
      M.write(bufnr, target, tonumber(value) or value)
    end
  end)
end

--- Turns the intervention on the line under the cursor on or off.
---@param bufnr integer
function M.toggle(bufnr)
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local entry = prompt.intervention(bufnr, row)
  if not entry then
    return client.notify('here is no intervention: put the cursor on a line below `interventions:`')
  end
  M.change(bufnr, entry.target, 'toggle')
end

--- Gives value vectors a name in the project's names file, which the server asks us to edit.
---@param bufnr integer
---@param ids string[]
---@param name string?
function M.name(bufnr, ids, name)
  if not name then
    return vim.ui.input({ prompt = ('name of %s: '):format(table.concat(ids, ', ')) }, function(given)
      if given and vim.trim(given) ~= '' then
        M.name(bufnr, ids, vim.trim(given))
      end
    end)
  end
  client.execute(bufnr, {
    command = 'unembed.name',
    argument = { name = name, ids = ids },
    on_done = function(err)
      if err then
        return client.notify(err)
      end
      local said = '%s is called %s; :wall keeps the names'
      client.notify(said:format(table.concat(ids, ', '), name), vim.log.levels.INFO)
    end,
  })
end

return M
