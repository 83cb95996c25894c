-- Interventions in the text: the effect of each line, disabling and stepping it, and the next tokens.
local person = require('person')

local PROMPT = table.concat({
  '---',
  'interventions:',
  '  - L5D662: 8  # disease, patient, illness',
  '  # - L2D343: 8',
  '  - L4D243: { set: 6, at: generated }',
  '  - L99D1: off',
  '  - L2D7: { scale: 2, at: last }',
  '  - L3D9: { scale: 1 }',
  'expect:',
  '  - contains: 7',
  '---',
  'The history of',
  '',
}, '\n')
local bufnr = person.open(PROMPT)

--- Waits for a mark on a line to hold a text.
---@param line integer
---@param part string
local function mark(line, part)
  return person.eventually(
    ('a mark with %q on line %d, of %s'):format(part, line, vim.inspect(person.marks(bufnr))),
    function()
      local found = person.marks(bufnr)[line]
      return found and found:find(part, 1, true) and found
    end
  )
end

it('marks each line with its effect', function()
  person.contains(mark(3, '●'), '→ +8.00 here')
  mark(4, '○')
  person.same(nil, mark(5, '●'):find('→'))
  mark(6, '✗')
  mark(7, '●')
  person.same('◌   ‹no effect here›', mark(8, '◌'))
  person.same(6, vim.tbl_count(person.marks(bufnr)))
end)

it('disables and enables a line', function()
  person.go_to('disease')
  vim.cmd('Unembed toggle')
  mark(3, '○')
  person.contains(person.text(), '\n  # - L5D662: 8  # disease, patient, illness\n')
  vim.cmd('Unembed toggle')
  mark(3, '●')
  person.same(PROMPT, person.text() .. '\n')
end)

it('shows the next tokens of each run until the cursor leaves the line', function()
  local lines, line = person.eventually('what comes next', person.preview), select(2, person.preview())
  person.same(3, line)
  person.same(2, #lines)
  person.contains(lines[1], 'baseline')
  person.contains(lines[2], 'intervened')
  vim.cmd.normal('j')
  -- Neovim fires this event when it waits for a key, which a script never does.
  vim.api.nvim_exec_autocmds('CursorMoved', { buffer = bufnr })
  person.same(nil, person.preview())
end)

it('shows as many next tokens as fit the window', function()
  --- The number of tokens in a window of this width.
  local function tokens(columns)
    vim.cmd.vsplit()
    vim.api.nvim_win_set_width(0, columns)
    person.go_to('L5D662')
    person.press('<C-a>')
    local lines = person.eventually('what comes next', person.preview)
    person.press('<C-x>')
    vim.cmd.close()
    for _, line in ipairs(lines) do
      person.same(true, vim.fn.strdisplaywidth(vim.trim(line)) <= columns - 2, line)
    end
    return select(2, lines[1]:gsub('%.%d', ''))
  end
  person.same({ 2, 1 }, { tokens(70), tokens(50) })
  mark(3, '+8.00')
end)

it('steps the number of a line with the cursor anywhere in it', function()
  person.go_to('L5D662')
  person.press('<C-a>')
  mark(3, '+9.00')
  person.contains(person.text(), '  - L5D662: 9  # disease')
  person.press('12<C-x>')
  mark(3, '−3.00')
  person.contains(person.text(), '  - L5D662: -3  # disease')
  person.contains(person.eventually('what comes next', person.preview)[2], 'intervened')
end)

it('removes the next tokens with their line', function()
  -- Neovim fires this event when it waits for a key, which a script never does.
  local function undo()
    vim.cmd('silent undo')
    vim.api.nvim_exec_autocmds('TextChanged', { buffer = bufnr })
  end
  vim.cmd('Unembed set L4D397 6')
  mark(9, '+6.00')
  person.go_to('L4D397')
  person.press('<C-a>')
  mark(9, '+7.00')
  person.same(9, select(2, person.preview()))
  undo()
  mark(9, '+6.00')
  person.same(9, select(2, person.preview()))
  undo()
  person.same('expect:', vim.api.nvim_buf_get_lines(bufnr, 8, 9, false)[1])
  person.same(nil, person.preview())
end)

it('repeats a step and undoes each', function()
  person.go_to('L5D662')
  person.press('<C-a>')
  person.press('.')
  person.contains(person.text(), '  - L5D662: -1  # disease')
  vim.cmd('silent undo')
  person.contains(person.text(), '  - L5D662: -2  # disease')
  vim.cmd('silent undo')
  person.contains(person.text(), '  - L5D662: -3  # disease')
end)

it('steps a number in a mapping, and one with decimals', function()
  person.go_to('L2D7')
  person.press('<C-a>')
  person.contains(person.text(), '  - L2D7: { scale: 3, at: last }')
  vim.api.nvim_buf_set_lines(bufnr, 2, 3, false, { '  - L5D662: 0.75  # x' })
  person.go_to('L5D662')
  person.press('<C-x>')
  person.contains(person.text(), '  - L5D662: -0.25  # x')
  require('unembed.config').options.step = 0.25
  person.press('<C-a>')
  person.contains(person.text(), '  - L5D662: 0  # x')
  require('unembed.config').options.step = 1
end)

it('keeps the decimals of a number', function()
  local stepped = require('unembed.step').stepped
  person.same('3.5', stepped('+2.50', 1))
  person.same('0.25', stepped('1', -0.75))
  person.same('0', stepped('1.0', -1))
  person.same('1.5', stepped('.5', 1))
  person.same('1001', stepped('1e3', 1))
end)

it('says that a line has no number', function()
  person.messages = {}
  person.go_to('L99D1')
  person.press('<C-a>')
  person.contains(person.messages[1], '`off` has no number to step')
end)

it('leaves other numbers to Neovim', function()
  person.go_to('contains: 7')
  person.press('3<C-a>')
  person.contains(person.text(), 'contains: 10')
end)

it('writes a value by command, and removes it', function()
  vim.cmd('Unembed set L1D5 { add: 2, at: last }')
  person.eventually('the line', function()
    return person.text():find('- L1D5: { add: 2, at: last }', 1, true)
  end)
  vim.cmd('Unembed set L1D5 remove')
  person.eventually('no line', function()
    return not person.text():find('L1D5', 1, true)
  end)
end)

it('does not edit text that has changed since the request', function()
  local before = person.text()
  person.messages = {}
  vim.cmd('Unembed set L1D5 4')
  vim.bo.undolevels = vim.bo.undolevels
  vim.api.nvim_buf_set_lines(bufnr, -2, -1, false, { 'The history of the' })
  person.contains(
    person.eventually('a message', function()
      return person.messages[1]
    end),
    'the text has changed meanwhile'
  )
  vim.cmd('silent undo')
  person.same(before, person.text())
end)

it('refuses a buffer that cannot be changed, and warns about a file that cannot be written', function()
  vim.bo.modifiable = false
  person.messages = {}
  vim.cmd('Unembed set L1D5 4')
  person.contains(person.messages[1], "cannot be changed ('nomodifiable')")
  person.go_to('L2D7')
  person.press('<C-a>')
  person.contains(person.messages[2], "cannot be changed ('nomodifiable')")
  vim.bo.modifiable = true
  vim.bo.readonly, vim.bo.modified = true, false
  vim.v.warningmsg = ''
  vim.cmd('Unembed set L1D5 4')
  person.eventually('the line', function()
    return person.text():find('- L1D5: 4', 1, true)
  end)
  person.contains(vim.v.warningmsg, 'Changing a readonly file')
  vim.bo.readonly = false
end)

it('changes interventions from a trace', function()
  vim.cmd.normal('G$')
  vim.cmd('Unembed trace')
  local text = person.result('dominant sub-updates')
  local id = text:match('\n +5 .-(L5D%d+)')
  vim.fn.search([[^ \+5 ]], 'w')
  person.press('s')
  person.eventually('the line', function()
    return person.text(bufnr):find('- ' .. id .. ': off', 1, true)
  end)
  person.press('a')
  person.eventually('the line', function()
    return person.text(bufnr):find('- ' .. id .. ': { scale: 2 }', 1, true)
  end)
  person.press('A')
  person.eventually('the line', function()
    return person.text(bufnr):find('- ' .. id .. ': boost', 1, true)
  end)
  person.press('x')
  person.eventually('the line', function()
    return person.text(bufnr):find('# - ' .. id .. ': boost', 1, true)
  end)
  person.press('q')
end)

it('shows no signs if the setting is off', function()
  require('unembed.config').options.signs = false
  vim.cmd('Unembed set L1D5 5')
  person.eventually('no marks', function()
    return vim.tbl_isempty(person.marks(bufnr))
  end)
  person.eventually('what comes next', person.preview)
end)
