--- Marks on intervention lines: a sign for the line's effect in its run, its coefficient after the line, and, after a
--- change, the next tokens of every run. An answer about older text is dropped.
local aside = require('unembed.aside')
local client = require('unembed.client')
local config = require('unembed.config')
local runs = require('unembed.runs')
local text = require('unembed.text')

local M = {}

local namespace = vim.api.nvim_create_namespace('unembed.marks')
local preview_namespace = vim.api.nvim_create_namespace('unembed.preview')
local group = vim.api.nvim_create_augroup('unembed.marks', { clear = true })

--- The line with the next tokens below it.
---@class unembed.PreviewPlace
---@field row integer from 0
---@field target string? of its intervention, as written; nil until the server has answered about the line

---@class unembed.MarksState
---@field asking boolean
---@field again boolean the text changed after the request
---@field known unembed.InterventionsDocument?
---@field preview unembed.PreviewPlace?

---@type table<integer, unembed.MarksState>
local states = {}

local signs = {
  on = { '●', 'UnembedSignOn' },
  off = { '○', 'UnembedSignOff' },
  none = { '◌', 'UnembedSignNone' },
  error = { '✗', 'UnembedSignError' },
}

--- What stands after a line.
---@param effect unembed.EffectDocument
---@param run string? the line's run, if it must be said
---@return {[1]: string, [2]: string}[]?
local function behind(effect, run)
  local said = run and (' in %s'):format(run) or ' here'
  if effect.effect == 'none' then
    return { { ' ' .. aside.bracketed('no effect' .. said), 'UnembedNoEffect' } }
  end
  local before, after = text.maybe(effect.coefficient), text.maybe(effect.becomes)
  if effect.effect == 'error' or not before then
    return nil
  end
  -- An intervention on generated text alone does not change the coefficient here.
  if after and after ~= before then
    said = (' → %s%s'):format(text.apart(text.signed, after, { before }), said)
  end
  return { { ' ' .. aside.bracketed(text.apart(text.signed, before, { after }) .. said), 'UnembedEffect' } }
end

--- Whether a file's lines belong to several runs, so that each must say its own.
---@param effects unembed.EffectDocument[]
---@return boolean
local function several_runs(effects)
  return vim.iter(effects):any(function(effect)
    return effect.run ~= effects[1].run
  end)
end

--- Number of next tokens, and the widths of a token's probability and bar.
local SHOWN, P, BAR = 4, 7, 6

--- A guess's probability, beside those of the same token in the runs.
---@param guess unembed.GuessDocument
---@param list unembed.NextDocument[]
---@return string
local function probability(guess, list)
  local same = {}
  for _, run in ipairs(list) do
    for _, other in ipairs(run.next) do
      table.insert(same, other.id == guess.id and other.p or nil)
    end
  end
  return text.apart(text.probability, guess.p, same)
end

--- The next tokens of each run, a line a run, the tokens in columns, as many as fit. A first token that is not the
--- compared run's is highlighted.
---@param list unembed.NextDocument[]
---@param base unembed.NextDocument the compared run
---@param columns integer
---@return {[1]: string, [2]: string}[][]
local function next_lines(list, base, columns)
  local name_width, token_widths = 0, {}
  for _, run in ipairs(list) do
    name_width = math.max(name_width, #run.run)
    for j = 1, math.min(SHOWN, #run.next) do
      token_widths[j] = math.max(token_widths[j] or 0, vim.fn.strdisplaywidth(text.token(run.next[j])))
    end
  end
  local shown, used = 0, vim.fn.strdisplaywidth(aside.BAR) + name_width
  for _, width in ipairs(token_widths) do
    used = used + 2 + width + 1 + P + 1 + BAR
    shown = (shown == 0 or used <= columns) and shown + 1 or shown
  end
  return vim.tbl_map(function(run)
    local chunks = { { aside.BAR .. text.pad(run.run, name_width), 'UnembedMuted' } }
    for j = 1, math.min(shown, #run.next) do
      local guess = run.next[j]
      local other = j == 1 and guess.id ~= base.next[1].id
      local token = text.token(guess)
      local bar = text.pad(text.bar(guess.p, 1, BAR), BAR)
      vim.list_extend(chunks, {
        { '  ', 'UnembedMuted' },
        { token, other and 'UnembedDiverges' or 'UnembedToken' },
        { (' '):rep(token_widths[j] - vim.fn.strdisplaywidth(token)), 'UnembedMuted' },
        { (' %s %s'):format(text.pad(probability(guess, list), P), bar), 'UnembedNumber' },
      })
    end
    return chunks
  end, list)
end

--- The run that a file's others are compared with.
---@param bufnr integer
---@param list unembed.NextDocument[]
---@return unembed.NextDocument
local function compared_run(bufnr, list)
  local names = vim.tbl_map(function(run)
    return run.run
  end, list)
  local pair = runs.pair(bufnr, names)
  local name = pair.compared or pair.shown
  return vim.iter(list):find(function(run)
    return run.run == name
  end)
end

---@param bufnr integer
---@param state unembed.MarksState
local function draw(bufnr, state)
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  vim.api.nvim_buf_clear_namespace(bufnr, preview_namespace, 0, -1)
  local known = state.known
  if not known then
    return
  end
  local rows = vim.api.nvim_buf_line_count(bufnr)
  local several = several_runs(known.interventions)
  for _, effect in ipairs(config.options.signs and known.interventions or {}) do
    local sign = signs[effect.effect]
    if sign and effect.line <= rows then
      vim.api.nvim_buf_set_extmark(bufnr, namespace, effect.line - 1, 0, {
        sign_text = sign[1],
        sign_hl_group = sign[2],
        -- Below diagnostics: their sign says more.
        priority = 5,
        virt_text = behind(effect, several and effect.run or nil),
        virt_text_pos = 'eol',
        hl_mode = 'combine',
      })
    end
  end
  if state.preview and state.preview.row < rows and #known.next > 0 then
    local winid = vim.fn.bufwinid(bufnr)
    local columns = vim.o.columns
    if winid ~= -1 then
      columns = vim.api.nvim_win_get_width(winid) - vim.fn.getwininfo(winid)[1].textoff
    end
    local lines = next_lines(known.next, compared_run(bufnr, known.next), columns)
    vim.api.nvim_buf_set_extmark(bufnr, preview_namespace, state.preview.row, 0, { virt_lines = lines })
  end
end

---@param bufnr integer
---@param state unembed.MarksState
local function drop_preview(bufnr, state)
  state.preview = nil
  vim.api.nvim_clear_autocmds({ group = group, buffer = bufnr })
  vim.api.nvim_buf_clear_namespace(bufnr, preview_namespace, 0, -1)
end

--- Removes the next tokens if their line is gone, as after an undo: another line may stand in its row.
---@param bufnr integer
---@param state unembed.MarksState
local function check_preview(bufnr, state)
  local place = state.preview
  local line = place and vim.api.nvim_buf_get_lines(bufnr, place.row, place.row + 1, false)[1]
  if place and not (line and line:find(place.target or '', 1, true)) then
    drop_preview(bufnr, state)
  end
end

--- Takes the target of the next tokens' line from an answer about the text as it is.
---@param bufnr integer
---@param state unembed.MarksState
local function settle_preview(bufnr, state)
  local place = state.preview
  if not place then
    return
  end
  local effect = vim.iter(state.known.interventions):find(function(effect)
    return effect.line == place.row + 1
  end)
  if not effect or place.target and effect.target ~= place.target then
    return drop_preview(bufnr, state)
  end
  place.target = effect.target
end

---@param bufnr integer
---@return unembed.MarksState
local function state_of(bufnr)
  states[bufnr] = states[bufnr] or { asking = false, again = false }
  return states[bufnr]
end

--- Asks what the lines of a prompt file do. At most one request is open; changes meanwhile lead to one more.
---@param bufnr integer
function M.refresh(bufnr)
  local server = client.of(bufnr)
  if not (server and client.has(server, 'unembed.interventions')) then
    return
  elseif not (config.options.signs or config.options.preview) then
    return
  end
  local state = state_of(bufnr)
  check_preview(bufnr, state)
  if state.asking then
    state.again = true
    return
  end
  state.asking, state.again = true, false
  local tick = vim.api.nvim_buf_get_changedtick(bufnr)
  client.execute(bufnr, {
    command = 'unembed.interventions',
    quiet = true,
    on_done = function(_, result)
      state.asking = false
      if states[bufnr] ~= state or not vim.api.nvim_buf_is_loaded(bufnr) then
        return
      end
      -- Without an answer, as without a model, the diagnostics say why.
      if not result then
        state.known = nil
        draw(bufnr, state)
      elseif tick == vim.api.nvim_buf_get_changedtick(bufnr) then
        state.known = result
        settle_preview(bufnr, state)
        draw(bufnr, state)
        vim.api.nvim_exec_autocmds('User', { pattern = 'UnembedMarks', modeline = false, data = { buf = bufnr } })
      else
        state.again = true
      end
      if state.again then
        M.refresh(bufnr)
      end
    end,
  })
end

--- Draws the marks again, after another choice of runs.
---@param bufnr integer
function M.redraw(bufnr)
  if states[bufnr] and vim.api.nvim_buf_is_loaded(bufnr) then
    draw(bufnr, states[bufnr])
  end
end

--- Shows the next tokens below a row, as they change, until the cursor goes to another line.
---@param bufnr integer
---@param row integer from 0
function M.preview(bufnr, row)
  if not config.options.preview then
    return
  end
  local state = state_of(bufnr)
  state.preview = { row = row }
  -- A change from a result does not move the file's cursor, which may come back to its line.
  local winid = vim.fn.bufwinid(bufnr)
  local from = winid ~= -1 and vim.api.nvim_win_get_cursor(winid)[1] - 1 or row
  vim.api.nvim_clear_autocmds({ group = group, buffer = bufnr })
  vim.api.nvim_create_autocmd({ 'CursorMoved', 'InsertEnter' }, {
    group = group,
    buffer = bufnr,
    callback = function(args)
      local here = vim.api.nvim_win_get_cursor(0)[1] - 1
      if args.event == 'CursorMoved' and (here == row or here == from) then
        return
      end
      drop_preview(bufnr, state)
    end,
  })
  draw(bufnr, state)
  M.refresh(bufnr)
end

--- Removes every mark of a buffer.
---@param bufnr integer
function M.clear(bufnr)
  states[bufnr] = nil
  if vim.api.nvim_buf_is_loaded(bufnr) then
    vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
    vim.api.nvim_buf_clear_namespace(bufnr, preview_namespace, 0, -1)
  end
end

return M
