-- A file with four runs: two of them on each page, chosen by key and by command; marks and changes in each line's run.
local person = require('person')

local bufnr = person.open(table.concat({
  '---',
  'config: { maxOutputTokens: 6 }',
  'interventions:',
  '  - L5D662: 8',
  'runs:',
  '  strong:',
  '    - L5D662: 40',
  '    # - L4D243: 5',
  '  weak:',
  '    - L5D662: 2',
  '---',
  'The history of',
  '',
}, '\n'))

--- Puts the cursor below the heading of a run, on its line of a layer.
---@param run string
---@param layer integer
local function go_to_layer(run, layer)
  vim.fn.search('^' .. run .. '$', 'w')
  vim.fn.search('^ \\+' .. layer .. ' ', 'W')
end

it('marks each line in its run', function()
  person.eventually('marks', function()
    local marks = person.marks(bufnr)
    return (marks[4] or ''):find('→ +8.00 in intervened', 1, true)
      and (marks[7] or ''):find('→ +40.00 in strong', 1, true)
      and (marks[8] or ''):find('○')
      and (marks[10] or ''):find('→ +2.00 in weak', 1, true)
  end)
end)

it('steps a line, and shows the next tokens of every run', function()
  vim.api.nvim_win_set_cursor(0, { 7, 6 })
  person.press('<C-a>')
  person.contains(person.text(), '    - L5D662: 41\n')
  local lines = person.eventually('the next tokens', person.preview)
  person.same(4, #lines)
  for i, run in ipairs({ 'baseline', 'intervened', 'strong', 'weak' }) do
    person.contains(lines[i], run)
  end
  vim.cmd('silent undo')
end)

it('enables a line in its run', function()
  vim.api.nvim_win_set_cursor(0, { 8, 8 })
  vim.cmd('Unembed toggle')
  person.eventually('the enabled line', function()
    return person.text():find('\n    - L4D243: 5\n', 1, true)
  end)
  vim.cmd('silent undo')
end)

it('generates two runs, by default the first with interventions and the baseline', function()
  local text = person.generate()
  person.contains(text, 'baseline ')
  person.contains(text, 'intervened, compared with baseline; other runs: strong, weak')
end)

it('goes on to the next run by key', function()
  vim.cmd('Unembed generate')
  person.result('other runs: strong, weak')
  person.press('gr')
  person.result('strong, compared with baseline; other runs: intervened, weak')
  person.press('gR')
  person.result('strong, compared with intervened; other runs: baseline, weak')
  person.press('gr')
  person.result('weak, compared with intervened; other runs: baseline, strong')
  person.press('q')
end)

it('remembers the choice for the file, and traces the same two runs', function()
  vim.cmd.normal('G$')
  vim.cmd('Unembed trace')
  local text = person.result('weak, compared with intervened; other runs: baseline, strong')
  person.contains(text, '\nintervened\n')
  person.contains(text, '\nweak\n')
  person.same(nil, text:find('\nbaseline\n'))
end)

it('chooses runs by command, with completion', function()
  person.same({ 'baseline', 'intervened', 'strong', 'weak' }, vim.fn.getcompletion('Unembed runs ', 'cmdline'))
  person.same({ 'strong' }, vim.fn.getcompletion('Unembed runs weak s', 'cmdline'))
  vim.cmd('Unembed runs strong baseline')
  person.result('strong, compared with baseline; other runs: intervened, weak')
  person.will_choose('weak')
  vim.cmd('Unembed runs')
  person.result('weak, compared with baseline; other runs: intervened, strong')
  person.messages = {}
  vim.cmd('Unembed runs none')
  person.same('unembed: no run `none`; this file has baseline, intervened, strong, weak', person.messages[1])
end)

it('changes the list of the run below whose name the line stands', function()
  go_to_layer('weak', 0)
  local id = vim.api.nvim_get_current_line():match('L0D%d+')
  person.press('s')
  person.eventually('the line', function()
    return person.text(bufnr):find('  weak:\n    - L5D662: 2\n    - ' .. id .. ': off', 1, true)
  end)
  person.press('q')
end)

it('falls back to the default for a run that a file does not have', function()
  local runs = require('unembed.runs')
  local function pair(names)
    local chosen = runs.pair(0, names)
    return { chosen.shown, chosen.compared }
  end
  person.same({ 'baseline' }, pair({ 'baseline' }))
  person.same({ 'a', 'baseline' }, pair({ 'baseline', 'a', 'b' }))
  require('unembed.config').options.settings.runs = { shown = 'b', compared = 'gone' }
  person.same({ 'b', 'baseline' }, pair({ 'baseline', 'a', 'b' }))
  person.same({ 'a', 'baseline' }, pair({ 'baseline', 'a' }))
  require('unembed.config').options.settings.runs = nil
end)
