--- Changes a prompt file's interventions. The server says which edits a change takes. The plugin makes them in one
--- step, which `u` takes back.
local client = require('unembed.client')
local edit = require('unembed.edit')
local structure = require('unembed.structure')
local text = require('unembed.text')

local M = {}

--- Where in a page a value vector was chosen.
---@class unembed.At
---@field position integer? the position that the page shows
---@field run unembed.RunName? the run whose interventions are changed; those of `interventions:` where absent

--- Makes the edits of an answer, unless the text has changed since the request.
---@param bufnr integer
---@param tick integer 'changedtick' of the request
---@param result unembed.InterveneResult
---@return boolean
local function apply(bufnr, tick, result)
  if tick ~= vim.api.nvim_buf_get_changedtick(bufnr) then
    client.notify('the text has changed meanwhile, so nothing was written; try again')
    return false
  end
  local server = client.of(bufnr)
  if server and #result.edits > 0 then
    edit.break_undo(bufnr)
    vim.lsp.util.apply_text_edits(result.edits, bufnr, server.offset_encoding)
  end
  return true
end

--- Writes an intervention into a prompt file.
---@param bufnr integer
---@param target string an id or a name
---@param value string|number|table as `unembed.intervene` takes it
---@param run unembed.RunName? as in `unembed.At`
---@param done fun(line: integer?)? after the edit
function M.change(bufnr, target, value, run, done)
  if not edit.changeable(bufnr) then
    return
  end
  local tick
  client.execute(bufnr, {
    command = 'unembed.intervene',
    argument = { target = target, value = value, run = run },
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
      local line = text.maybe(result.line)
      if line then
        require('unembed.marks').preview(bufnr, line - 1)
      end
      if done then
        done(line)
      end
    end,
  })
end

--- Shows a changed line, for a user who does not see the file.
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
---@param run unembed.RunName?
function M.write(bufnr, target, value, run)
  M.change(bufnr, target, value, run, function(line)
    tell(bufnr, line)
  end)
end

--- The value to offer, and where it comes from: the server's first strength, which it has rounded. A group has none.
---@param strengths unembed.Strength[]
---@return string value
---@return string why
local function offered(strengths)
  local first = strengths[1]
  if not first then
    return 'boost', "the layer's largest score"
  end
  -- More digits would show that the server computes in 32 bits.
  return ('%.6g'):format(first.value), first.why
end

--- Asks for a value and writes it. The question is empty, so that a typed number is not appended to the offered one: an
--- empty answer takes that.
---@param bufnr integer
---@param target string
---@param at unembed.At?
function M.ask(bufnr, target, at)
  at = at or {}
  client.ask(bufnr, 'unembed.strengths', { target = target, position = at.position }, function(result)
    local default, why = offered(result.strengths)
    vim.ui.input({ prompt = ('%s [%s, %s]: '):format(target, default, why) }, function(given)
      -- Nil: the user cancelled.
      local value = given and vim.trim(given)
      if value then
        value = value ~= '' and value or default
        M.write(bufnr, target, tonumber(value) or value, at.run)
      end
    end)
  end)
end

--- Enables or disables the intervention on the cursor's line.
---@param bufnr integer
function M.toggle(bufnr)
  local entry, err = structure.cursor_entry(bufnr)
  if not entry then
    return client.notify(err or 'no intervention here: put the cursor on a line below `interventions:`')
  end
  M.change(bufnr, entry.target, 'toggle', entry.run)
end

return M
