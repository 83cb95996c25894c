-- Text that is not in the file can be told from the file's text without colours.
local person = require('person')

require('unembed').setup({ cmd = { vim.env.UNEMBED, 'lsp' }, settings = { inlay = { tokens = 'guess' } } })
vim.o.termguicolors = false
local bufnr = person.open(table.concat({
  '---',
  'interventions:',
  '  - L5D662: 8',
  '  - L3D9: { scale: 1 }',
  'track: [" disease", " United"]',
  '---',
  'The history of',
  '',
}, '\n'))

---@param chunks {[1]: string}[]
---@return string
local function joined(chunks)
  return table.concat(vim.tbl_map(function(chunk)
    return chunk[1]
  end, chunks))
end

--- The text in the file's window that is not in the file, a text for each place.
---@return string[] within lines
---@return string[] below lines
local function asides()
  local within, below = {}, {}
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(bufnr, -1, 0, -1, { details = true })) do
    if mark[4].virt_text then
      table.insert(within, vim.trim(joined(mark[4].virt_text)))
    end
    for _, line in ipairs(mark[4].virt_lines or {}) do
      table.insert(below, joined(line))
    end
  end
  return within, below
end

---@param texts string[]
---@param part string
---@return boolean
local function hold(texts, part)
  return vim.iter(texts):any(function(text)
    return text:find(part, 1, true) ~= nil
  end)
end

it('puts brackets around hints, lenses and coefficients', function()
  local within = person.eventually('the marks, the lenses and the hints', function()
    -- Neovim draws hints when it redraws.
    vim.cmd.redraw()
    local texts = asides()
    return hold(texts, '→ +8.00 here')
      and hold(texts, 'no effect here')
      and hold(texts, 'Trace')
      and hold(texts, '␣United')
      and texts
  end)
  for _, text in ipairs(within) do
    -- After the file's first line, the lenses fit a terminal of 80 columns.
    person.same(true, not text:find('Trace', 1, true) or vim.fn.strdisplaywidth('  --- ' .. text) <= 80, text)
    person.same('‹›', (text:gsub('^‹.*›$', '‹›')), text)
  end
  -- A hint after each token, two marks, the line of lenses.
  person.same(true, #within >= 6, vim.inspect(within))
end)

it('puts a bar before the next tokens', function()
  vim.cmd('Unembed set L5D662 9')
  local below = person.eventually('the next tokens', function()
    local _, lines = asides()
    return lines[1] and lines
  end)
  person.same(2, #below)
  for _, line in ipairs(below) do
    person.same('    │ ', line:match('^ +│ '), line)
  end
end)

it('brackets a hint of several parts once', function()
  local hints = { { label = { { value = 'a' }, { value = 'b' } } }, { label = { { value = 'c' } } } }
  require('unembed.aside').answer('textDocument/inlayHint', hints)
  person.same({ '‹a', 'b›' }, { hints[1].label[1].value, hints[1].label[2].value })
  person.same('‹c›', hints[2].label[1].value)
end)

it('brackets the lenses of a line once', function()
  local function lens(line, title)
    return { range = { start = { line = line, character = 0 } }, command = title and { title = title } }
  end
  local lenses = { lens(0, 'a'), lens(0, 'b'), lens(0), lens(3, 'c') }
  require('unembed.aside').answer('textDocument/codeLens', lenses)
  person.same(
    { '‹a', 'b›', '‹c›' },
    { lenses[1].command.title, lenses[2].command.title, lenses[4].command.title }
  )
end)

it('shows ids in no blue, which is hard to read on black', function()
  for _, group in ipairs({ 'UnembedVector', 'lmpromptVector' }) do
    local colour = vim.api.nvim_get_hl(0, { name = group, link = false }).ctermfg
    person.same(false, colour == nil or colour == 4 or colour == 12, group)
  end
end)
