-- :Unembed trace: the token under the cursor, layer by layer, and its neighbours.
local person = require('person')

local bufnr =
  person.open('---\ntrack: [" door"]\ninterventions:\n  - L5D662: 8\n---\nShe opened the door and saw the\n')

--- The shown trace, once it holds `part`.
local function shown(part)
  return person.eventually('a trace with ' .. part, function()
    for _, winid in ipairs(vim.api.nvim_list_wins()) do
      local shown_buffer = vim.api.nvim_win_get_buf(winid)
      local text = person.text(shown_buffer)
      if vim.bo[shown_buffer].filetype == 'unembed' and text:find(part, 1, true) then
        return text
      end
    end
  end)
end

it('traces the token under the cursor, every run and layer', function()
  person.go_to('door and')
  vim.cmd('Unembed trace')
  local text = shown('␣door  id')
  for _, part in ipairs({
    'starter',
    'lens ln_f',
    'baseline',
    'intervened',
    'L0D',
    'L5D',
    'tracked   ␣door',
    'why here',
  }) do
    person.contains(text, part)
  end
end)

it('goes to the next position and back', function()
  vim.cmd.normal(']]')
  shown('␣and  id')
  vim.cmd.normal('[[')
  shown('␣door  id')
end)

it('closes with q', function()
  vim.cmd.normal('q')
  person.same(bufnr, vim.api.nvim_get_current_buf())
  person.same(1, #vim.api.nvim_list_wins())
end)

it('traces the last position from the front matter, and a position by its number', function()
  person.go_to('track')
  vim.cmd('Unembed trace')
  shown('␣the  id')
  vim.cmd.normal('q')
  vim.cmd('Unembed trace 0 vertical')
  shown('She  id')
  vim.cmd.normal('q')
end)

it('finds the token under the cursor in a file with DOS line ends', function()
  person.open('---\r\nbos: false\r\n---\r\nOne.\r\nTwo.\r\nThree.\r\nShe opened the door\r\n')
  person.same('dos', vim.bo.fileformat)
  person.go_to('opened')
  vim.cmd('Unembed trace')
  shown('␣opened  id')
  vim.cmd.normal('q')
end)

it('finds the token under the cursor in a file with unclosed front matter', function()
  person.open('---\nbos: false\nShe opened the door\n')
  person.go_to('opened')
  vim.cmd('Unembed trace')
  shown('␣opened  id')
  vim.cmd.normal('q')
end)

--- The sub-updates of a layer below the cursor's line: id and effect, from the last column before the id.
---@return {[1]: string, [2]: number}[]
local function effects()
  local found = {}
  local from = vim.fn.line('.')
  for _, line in ipairs(vim.api.nvim_buf_get_lines(0, from + 1, from + 9, false)) do
    local effect, id = line:match('(%S+)  (L%d+D%d+)')
    table.insert(found, { id, tonumber((effect:gsub('−', '-'))) })
  end
  return found
end

it('shows the effect of each sub-update on the target, in a column with a heading, and orders by it', function()
  person.open('---\ntrack: [" brain", " heart"]\n---\nThe structure of the human heart and the\n')
  vim.cmd.normal({ 'G$', bang = true })
  vim.cmd('Unembed trace')
  shown('␣the  id')
  vim.fn.search([[^ \+5 ]], 'w')
  person.contains(vim.fn.getline(vim.fn.line('.') + 1), '→ ␣brain − ␣heart  value vector')
  local by_score = effects()
  person.same({ 8, 'L5D739', 0.20 }, { #by_score, unpack(by_score[1]) })
  person.press('o')
  shown('effects on ␣brain − ␣heart')
  vim.fn.search([[^ \+5 ]], 'w')
  local by_effect = effects()
  person.same({ 'L5D629', -0.49 }, by_effect[1])
  for i = 2, #by_effect do
    person.same(true, math.abs(by_effect[i - 1][2]) >= math.abs(by_effect[i][2]), vim.inspect(by_effect))
  end
  -- L5D120 is not among the eight largest scores.
  person.contains(vim.inspect(by_effect), 'L5D120')
  person.contains(vim.api.nvim_get_current_line(), '→ −0.49 L5D629')
  person.press('[[')
  person.contains(shown('␣and  id'), 'effects on ␣brain − ␣heart')
  person.press('o')
  shown('dominant sub-updates')
  person.press('q')
end)

it('has a column for each tracked token on a wide page', function()
  local function head(columns)
    local page = require('unembed.page').new()
    local update = { id = 'L5D1', coefficient = 1, score = 1, effects = { 0.5, 0.25 } }
    local tokens = { { token = ' a' }, { token = ' b' } }
    require('unembed.render.updates').lines(page, { update }, tokens, columns, {})
    return page.lines
  end
  person.contains(head(110)[1], '      → ␣a      → ␣b  → ␣a − ␣b  value vector')
  person.contains(head(110)[2], '     +0.50     +0.25      +0.25  L5D1')
  person.contains(head(109)[1], 'score             → ␣a − ␣b  value vector')
end)

it('shows no effects without tracked tokens, and says what to do', function()
  person.open('The structure of the human heart and the\n')
  vim.cmd('Unembed trace')
  local text = shown('dominant sub-updates')
  person.contains(text, 'coefficient  score             value vector')
  person.messages = {}
  person.press('o')
  person.contains(person.messages[1], 'no tracked token: name one in `track:`')
  person.press('q')
end)

it('means the target minus the mean of the others by the effect', function()
  local updates = require('unembed.render.updates')
  person.same(nil, updates.effect({ effects = {} }))
  person.same(2, updates.effect({ effects = { 2 } }))
  person.same(-1, updates.effect({ effects = { 2, 1, 5 } }))
  local tokens = { { token = ' a' }, { token = ' b' }, { token = ' c' } }
  person.same('␣a − the others', updates.target(tokens))
end)

it('gives numbers that would look the same another digit', function()
  local text = require('unembed.text')
  local function pair(format, a, b)
    return { text.apart(format, a, { b }), text.apart(format, b, { a }) }
  end
  person.same({ '0.0742', '0.0738' }, pair(text.probability, 0.0742, 0.0738))
  person.same({ '0.074', '0.074' }, pair(text.probability, 0.0742, 0.0742))
  person.same({ '0.074', '0.073' }, pair(text.probability, 0.0742, 0.0730))
  person.same({ '1.2e−4', '1.4e−4' }, pair(text.probability, 1.2e-4, 1.4e-4))
  person.same({ '+8.000', '+8.004' }, pair(text.signed, 8, 8.004))
  person.same({ '−120.4', '−120.1' }, pair(text.signed, -120.4, -120.1))
  local g = { id = 1, token = ' a', p = 0.0742 }
  local layer =
    { layer = 0, kl = 0, before = { g }, after = { vim.tbl_extend('force', g, { p = 0.0738 }) }, updates = {} }
  local position = { position = 0, next = { g }, layers = { layer }, tracked = {} }
  local run = { name = 'baseline', tokens = { { id = 1, text = ' a', position = 0 } }, positions = { position } }
  local document = { model = { name = 'm', layers = 1 }, lens = 'ln_f', runs = { run }, problems = {} }
  local style = { columns = 80, order = 'score' }
  local page = require('unembed.render.trace').page(document, 0, { shown = 'baseline' }, style)
  person.contains(table.concat(page.lines, '\n'), '␣a     0.0742     ␣a     0.0738')
end)

it('gives a sub-update the words of the end that its coefficient makes act', function()
  local updates = require('unembed.render.updates')
  ---@param of table[]
  local function trace(of)
    return { runs = { { positions = { { layers = { { updates = of } } } } } } }
  end
  local up = { id = 'L0D1', coefficient = 2, ['end'] = 'top', words = { 'day' } }
  local down = { id = 'L0D1', coefficient = -2, ['end'] = 'bottom', words = { 'night' } }
  local ranked =
    { { id = 'L0D1', coefficient = -0.1 }, { id = 'L0D1', coefficient = 3 }, { id = 'L0D2', coefficient = 3 } }
  updates.give_words(trace(ranked), trace({ up, down }))
  person.same({ 'night', 'day', '' }, vim.tbl_map(updates.meaning, ranked))
  person.same({ 'bottom', 'top' }, { ranked[1]['end'], ranked[2]['end'] })
end)
