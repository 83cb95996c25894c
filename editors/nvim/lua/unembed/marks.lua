--- Marks on intervention lines: a sign for what each does here, its coefficient behind it, and, after a change, what
--- comes next with and without. They are the server's answer about the text as it stands; an older one is dropped.
local client = require('unembed.client')
local config = require('unembed.config')
local text = require('unembed.text')

local M = {}

local namespace = vim.api.nvim_create_namespace('unembed.marks')
local preview_namespace = vim.api.nvim_create_namespace('unembed.preview')
local group = vim.api.nvim_create_augroup('unembed.marks', { clear = true })

---@class unembed.Effect
---@field line integer from 1
---@field target string
---@field ids string[]
---@field value string
---@field enabled boolean
---@field effect 'on'|'off'|'none'|'error'
---@field message string|vim.NIL
---@field coefficient number|vim.NIL
---@field intervened number|vim.NIL

---@class unembed.Next
---@field run string
---@field next {id: integer, token: string, p: number}[]

---@class unembed.Interventions
---@field interventions unembed.Effect[]
---@field next unembed.Next[]

---@class unembed.MarksState
---@field asking boolean
---@field again boolean something changed since
---@field known unembed.Interventions?
---@field preview integer? the row, from 0, below which the next tokens stand

---@type table<integer, unembed.MarksState>
local states = {}

local signs = {
  on = { '●', 'UnembedSignOn' },
  off = { '○', 'UnembedSignOff' },
  none = { '◌', 'UnembedSignNone' },
  error = { '✗', 'UnembedSignError' },
}

---@param effect unembed.Effect
---@return {[1]: string, [2]: string}[]?
local function behind(effect)
  if effect.effect == 'none' then
    return { { ' no effect here', 'UnembedNoEffect' } }
  end
  local before, after = text.maybe(effect.coefficient), text.maybe(effect.intervened)
  if effect.effect == 'error' or not before then
    return nil
  end
  -- What acts on generated text alone leaves it as it is here.
  if after and after ~= before then
    return { { (' %s → %s here'):format(text.signed(before), text.signed(after)), 'UnembedEffect' } }
  end
  return { { (' %s here'):format(text.signed(before)), 'UnembedEffect' } }
end

local SHOWN, BAR = 4, 6

--- What comes next in each run, a line each, one token below the other.
---@param runs unembed.Next[]
---@return {[1]: string, [2]: string}[][]
local function next_lines(runs)
  local name_width, token_widths = 0, {}
  for _, run in ipairs(runs) do
    name_width = math.max(name_width, #run.run)
    for j = 1, math.min(SHOWN, #run.next) do
      token_widths[j] = math.max(token_widths[j] or 0, vim.fn.strdisplaywidth(text.token(run.next[j])))
    end
  end
  return vim.tbl_map(function(run)
    local chunks = { { '    ' .. text.pad(run.run, name_width), 'UnembedMuted' } }
    for j = 1, math.min(SHOWN, #run.next) do
      local guess = run.next[j]
      local other = j == 1 and guess.id ~= runs[1].next[1].id
      local token = text.token(guess)
      local bar = text.pad(text.bar(guess.p, 1, BAR), BAR)
      vim.list_extend(chunks, {
        { '  ', 'UnembedMuted' },
        { token, other and 'UnembedDiverges' or 'UnembedToken' },
        { (' '):rep(token_widths[j] - vim.fn.strdisplaywidth(token)), 'UnembedMuted' },
        { (' %s %s'):format(text.pad(text.probability(guess.p), 6), bar), 'UnembedNumber' },
      })
    end
    return chunks
  end, runs)
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
  for _, effect in ipairs(config.options.signs and known.interventions or {}) do
    local sign = signs[effect.effect]
    if sign and effect.line <= rows then
      vim.api.nvim_buf_set_extmark(bufnr, namespace, effect.line - 1, 0, {
        sign_text = sign[1],
        sign_hl_group = sign[2],
        -- Below diagnostics, whose own sign says more.
        priority = 5,
        virt_text = behind(effect),
        virt_text_pos = 'eol',
        hl_mode = 'combine',
      })
    end
  end
  if state.preview and state.preview < rows and #known.next > 0 then
    vim.api.nvim_buf_set_extmark(bufnr, preview_namespace, state.preview, 0, { virt_lines = next_lines(known.next) })
  end
end

---@param bufnr integer
---@return unembed.MarksState
local function state_of(bufnr)
  states[bufnr] = states[bufnr] or { asking = false, again = false }
  return states[bufnr]
end

--- Asks what the lines of a prompt file do. One question is open at a time, and of those that would wait the last.
---@param bufnr integer
function M.refresh(bufnr)
  local server = client.of(bufnr)
  if not (server and client.has(server, 'unembed.interventions')) then
    return
  elseif not (config.options.signs or config.options.preview) then
    return
  end
  local state = state_of(bufnr)
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
      -- Where there is no answer, such as without a model, the diagnostics say why.
      if not result then
        state.known = nil
        draw(bufnr, state)
      elseif tick == vim.api.nvim_buf_get_changedtick(bufnr) then
        state.known = result
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

--- What the server said last of a prompt file's lines.
---@param bufnr integer
---@return unembed.Interventions?
function M.known(bufnr)
  return states[bufnr] and states[bufnr].known
end

--- Shows below a row what comes next, as it changes, until the cursor goes to another line.
---@param bufnr integer
---@param row integer from 0
function M.preview(bufnr, row)
  if not config.options.preview then
    return
  end
  local state = state_of(bufnr)
  state.preview = row
  -- A change that was made from a result leaves the cursor in the file where it is, and it may come back there.
  local winid = vim.fn.bufwinid(bufnr)
  local from = winid ~= -1 and vim.api.nvim_win_get_cursor(winid)[1] - 1 or row
  vim.api.nvim_clear_autocmds({ group = group, buffer = bufnr })
  vim.api.nvim_create_autocmd({ 'CursorMoved', 'InsertEnter' }, {
    group = group,
    buffer = bufnr,
    callback = function(args)
      local here = vim.api.nvim_win_get_cursor(0)[1] - 1
      if args.event == 'CursorMoved' and (here == state.preview or here == from) then
        return
      end
      state.preview = nil
      draw(bufnr, state)
      return true
    end,
  })
  draw(bufnr, state)
  M.refresh(bufnr)
end

--- Takes every mark of a buffer away.
---@param bufnr integer
function M.clear(bufnr)
  states[bufnr] = nil
  if vim.api.nvim_buf_is_loaded(bufnr) then
    vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
    vim.api.nvim_buf_clear_namespace(bufnr, preview_namespace, 0, -1)
  end
end

return M
