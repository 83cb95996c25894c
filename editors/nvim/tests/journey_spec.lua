-- A new user's whole session: open the example, hover, trace, search a concept, add a hit as an intervention, generate
-- and see the text change, disable the line, name the vector and rename it, undo.
local person = require('person')

local examples = vim.fs.joinpath(vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(person.folder))), 'config', 'examples')

--- A project with a copy of the examples.
local project = vim.fn.tempname()
vim.fn.mkdir(project .. '/.git', 'p')
for name in vim.fs.dir(examples) do
  vim.uv.fs_copyfile(vim.fs.joinpath(examples, name), vim.fs.joinpath(project, name))
end
vim.cmd.edit(vim.fs.joinpath(project, 'heart.prompt'))
local bufnr = vim.api.nvim_get_current_buf()
local original = person.text()

---@type string
local id
---@type string
local before

--- The generated text, without line numbers of the file, which a new intervention changes.
---@param shown string
---@return string
local function texts(shown)
  return (shown:gsub('line %d+', 'line'))
end

it('opens the example and marks its line', function()
  person.eventually('a mark', function()
    return (person.marks()[7] or ''):find('●')
  end)
  person.same('lmprompt', vim.bo.filetype)
end)

it('hovers the last word', function()
  vim.cmd.normal('G$')
  local hover = person.hover()
  person.contains(hover, '␣the')
  person.contains(hover, 'why here')
end)

it("reads the trace, and the card of the last layer's dominant vector", function()
  vim.cmd('Unembed trace')
  local trace = person.result('dominant sub-updates')
  person.contains(trace, 'intervened')
  vim.fn.search([[^ \+5 ]], 'w')
  person.same(vim.fn.line('.'), vim.fn.foldclosed('.'))
  person.press('<Tab>')
  person.same(-1, vim.fn.foldclosed('.'))
  -- A line of headings comes first.
  vim.cmd.normal('2j')
  local wanted = vim.api.nvim_get_current_line():match('L%d+D%d+')
  person.press('K')
  person.contains(person.result(wanted .. '  layer'), 'promotes')
  person.press('q')
  person.result('dominant sub-updates')
  person.press('q')
end)

it('continues the prompt', function()
  before = person.generate()
  person.contains(before, 'intervened')
end)

it('searches food and adds a hit', function()
  person.will_choose('food')
  vim.cmd('Unembed search food')
  local card = person.result('promotes')
  id = card:match('L%d+D%d+')
  person.will_type('12')
  person.press('c')
  person.eventually('the line, marked', function()
    return person.text(bufnr):find('- ' .. id .. ': 12', 1, true) and vim.tbl_count(person.marks(bufnr)) == 3
  end)
  person.press('q')
  person.same(bufnr, vim.api.nvim_get_current_buf())
end)

it('sees the text change', function()
  local after = person.generate()
  person.same(true, texts(after) ~= texts(before))
  person.contains(after, 'differs from token')
end)

it('disables the line, and gets the first text again', function()
  person.go_to(id)
  vim.cmd('Unembed toggle')
  person.eventually('the disabled line', function()
    return (person.marks()[vim.fn.line('.')] or ''):find('○')
  end)
  person.same(texts(before), texts(person.generate()))
end)

local names

it('names the vector', function()
  person.go_to(id)
  vim.cmd('Unembed name food')
  names = person.eventually('the names file', function()
    local found = vim.fn.bufnr('unembed.names.yaml')
    return found ~= -1 and person.text(found):find('food: ' .. id, 1, true) and found
  end)
end)

it('renames it in the names file and in the prompt file', function()
  vim.cmd('Unembed set ' .. id .. ' remove')
  person.eventually('no line', function()
    return not person.text(bufnr):find(id, 1, true)
  end)
  vim.api.nvim_buf_set_lines(bufnr, 7, 7, false, { '  - food: 12' })
  person.go_to('food')
  vim.lsp.buf.rename('meals')
  person.eventually('the new name', function()
    return person.text(names):find('meals: ' .. id, 1, true) and person.text(bufnr):find('- meals: 12', 1, true)
  end)
  person.eventually('the mark of the name', function()
    return (person.marks(bufnr)[8] or ''):find('●')
  end)
end)

it('undoes everything', function()
  for _, buffer in ipairs({ names, bufnr }) do
    vim.cmd.buffer(buffer)
    vim.cmd('silent undo 0')
  end
  person.same(original, person.text())
  person.same('', person.text(names))
  person.same({}, person.messages_of_level(vim.log.levels.ERROR))
end)
