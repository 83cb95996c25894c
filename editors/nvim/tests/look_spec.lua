-- How a prompt file and the plugin's pages look: highlight groups, columns, the help file.
local person = require('person')

--- The highlight group of the character where `text` begins.
local function group_at(text)
  person.go_to(text)
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  return vim.fn.synIDattr(vim.fn.synID(row, col + 1, true), 'name')
end

it('colours the front matter and leaves the prompt alone', function()
  person.open(table.concat({
    '---',
    'model: starter',
    'modle: x',
    'interventions:',
    '  - L3D77: off  # court',
    '  - L5D901: { set: 4.5, at: last }',
    '  # - L7D12: off',
    '  # prose',
    'track: [" Paris"]',
    '---',
    'model: L5D901 is "text"',
    '',
  }, '\n'))
  for text, group in pairs({
    ['model: starter'] = 'lmpromptKey',
    ['modle'] = 'lmpromptUnknown',
    ['L3D77'] = 'lmpromptVector',
    ['off  #'] = 'lmpromptKind',
    ['# court'] = 'lmpromptComment',
    ['set: 4'] = 'lmpromptKind',
    ['4.5'] = 'lmpromptNumber',
    ['at: last'] = 'lmpromptScope',
    ['# - L7'] = 'lmpromptDisabled',
    ['L7D12'] = 'lmpromptVector',
    ['# prose'] = 'lmpromptComment',
    ['" Paris'] = 'lmpromptString',
    ['model: L5D901'] = '',
    ['L5D901 is'] = '',
  }) do
    person.same(group, group_at(text), text)
  end
end)

it('puts runs side by side and highlights the first word that differs', function()
  local page = require('unembed.render.generate').page({
    prompt = 'saw the',
    runs = {
      { name = 'baseline', text = ' door.\nShe was', stopped = 'length', diverges_at = vim.NIL },
      { name = 'intervened', text = ' doctor. She', stopped = 'length', diverges_at = 0 },
    },
    expect = { { ok = false, line = 3, message = 'next is " door"' } },
  }, 62)
  person.same({
    'baseline                        intervened',
    'saw the door.                   saw the doctor. She',
    'She was                         stopped at maxOutputTokens',
    'stopped at maxOutputTokens      differs from token 1 on',
    '✗ line 3: next is " door"',
  }, page.lines)
  local marked = vim.tbl_filter(function(mark)
    return mark.group == 'UnembedDiverges'
  end, page.marks)
  person.same(1, #marked)
  person.same(' doctor.', page.lines[marked[1].line + 1]:sub(marked[1].from + 1, marked[1].to))
end)

it('puts runs one below the other in a narrow window', function()
  local run = { name = 'baseline', text = ' a', stopped = 'length' }
  local page = require('unembed.render.generate').page({ prompt = '', runs = { run, run } }, 40)
  person.same(
    { 'baseline', ' a', 'stopped at maxOutputTokens', 'baseline', ' a', 'stopped at maxOutputTokens' },
    page.lines
  )
end)

it('compares runs that are not the first by their tokens', function()
  local function run(name, ids, text)
    return { name = name, ids = ids, text = text, stopped = 'length', diverges_at = 0 }
  end
  local page = require('unembed.render.generate').page({
    prompt = 'saw',
    runs = { run('weak', { 1, 2, 3 }, ' a b c'), run('strong', { 1, 2, 4 }, ' a b d') },
    which = 'strong, compared with weak; other runs: baseline',
  }, 62)
  person.contains(page.lines[4], 'differs from token 3 on')
  person.same('strong, compared with weak; other runs: baseline', page.lines[5])
  page = require('unembed.render.generate').page({
    prompt = 'saw',
    runs = { run('weak', { 1, 2 }, ' a b'), run('strong', { 1, 2 }, ' a b') },
  }, 62)
  person.contains(page.lines[4], 'the same tokens as weak')
end)

it('says that a card has only undertrained tokens, and shows them on request', function()
  -- stylua: ignore
  local card = {
    id = 'L1D2', layer = 1, norm = 1, similar = {}, examples = {},
    top = { { id = 1, token = ' a', logit = 1, z = 2, undertrained = true } },
    bottom = { { id = 2, token = ' b', bytes = { 32, 255 }, logit = -1, z = -1 } },
  }
  local page = require('unembed.render.card').page
  local beside = page(card, 100).lines[4]
  person.contains(beside, 'only undertrained tokens')
  person.contains(beside, '␣\\xff')
  person.same('only undertrained tokens', page(card, 60).lines[4])
  person.contains(page(card, 60, true).lines[4], '␣a')
end)

it('breaks lines between words, and inside a word that is too long', function()
  local lines = require('unembed.page').wrap({ 'one two three\n\nabcdefghijkl mn' }, 8)
  local texts = vim.tbl_map(function(line)
    return table.concat(vim.tbl_map(function(piece)
      return piece[1]
    end, line))
  end, lines)
  person.same({ 'one two', ' three', '', 'abcdefgh', 'ijkl mn' }, texts)
end)

it('has a help file that names every setting, command, mapping, key of a result, group and event', function()
  local root = vim.api.nvim_get_runtime_file('doc/unembed.txt', false)[1]
  local folder = vim.fn.tempname()
  vim.fn.mkdir(folder)
  vim.fn.writefile(vim.fn.readfile(root), folder .. '/unembed.txt')
  vim.cmd.helptags(folder)
  local help = table.concat(vim.fn.readfile(root), '\n')
  local tags = table.concat(vim.fn.readfile(folder .. '/tags'), '\n')
  local shipped = table.concat(vim.fn.readfile(vim.fs.dirname(root) .. '/tags'), '\n')
  person.same(tags, shipped, 'doc/tags, which `:helptags editors/nvim/doc` updates')
  for _, name in ipairs(require('unembed.command').names()) do
    person.contains(help, ':Unembed ' .. name)
    person.contains(tags, 'unembed-' .. name .. '\t')
  end
  local names = require('unembed.config').names()
  vim.list_extend(names, vim.fn.getcompletion('Unembed', 'highlight'))
  vim.list_extend(names, vim.fn.getcompletion('lmprompt', 'highlight'))
  vim.list_extend(names, vim.tbl_keys(require('unembed.highlights').links))
  vim.list_extend(names, require('unembed.config').pickers)
  vim.list_extend(names, { 'UnembedStatus', 'UnembedMarks' })
  for _, mapping in ipairs(require('unembed.mappings').all) do
    vim.list_extend(names, { ('<Plug>(unembed-%s)'):format(mapping.plug), mapping.key })
  end
  for _, name in ipairs(names) do
    person.contains(help, name)
  end
  -- The links of the groups.
  for group, link in pairs(require('unembed.highlights').links) do
    if vim.startswith(group, 'Unembed') then
      link = link ~= '' and link or '%(none%)'
      person.same(true, help:find('\n' .. group .. ' [^\n]* ' .. link .. '\n') ~= nil, group .. ' links to ' .. link)
    end
  end
end)

it("opens its help after README's steps: the folder on 'runtimepath', then a prompt file", function()
  local file, init, out = vim.fn.tempname() .. '.prompt', vim.fn.tempname() .. '.lua', vim.fn.tempname()
  vim.fn.writefile({ 'The history of' }, file)
  vim.fn.writefile({ ("vim.opt.runtimepath:append('%s')"):format(vim.fs.dirname(person.folder)) }, init)
  local write = ("+call writefile([&filetype, expand('%%:t'), getline(1), v:errmsg], '%s')"):format(out)
  local command = { vim.v.progpath, '--headless', '-i', 'NONE', '-u', init, file, '+help unembed', write, '+qa!' }
  local env = { PATH = vim.fs.dirname(vim.env.UNEMBED) .. ':' .. vim.env.PATH }
  person.same(0, vim.system(command, { env = env, timeout = 60000 }):wait().code)
  local seen = vim.fn.readfile(out)
  person.same({ 'help', 'unembed.txt', '' }, { seen[1], seen[2], seen[4] })
  person.contains(seen[3], '*unembed.txt*')
end)

it('has no broken reference in its help', function()
  local root = vim.api.nvim_get_runtime_file('doc/unembed.txt', false)[1]
  for reference in table.concat(vim.fn.readfile(root), '\n'):gmatch('|([^|%s]+)|') do
    local ok = pcall(vim.cmd.help, reference)
    person.same(true, ok, reference)
    vim.cmd.helpclose()
  end
end)

it('is healthy', function()
  vim.cmd('checkhealth unembed')
  local report = person.text()
  person.contains(report, 'Neovim 0.1')
  person.contains(report, 'default model answers: starter, 6 layers')
  person.contains(report, 'the language server')
  person.same(nil, report:find('ERROR'))
end)
