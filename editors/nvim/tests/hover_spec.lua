-- `K` in a prompt file: the table fits the screen, a second `K` enters the float, and a third on an id shows its card.
local person = require('person')

local examples = vim.fs.joinpath(vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(person.folder))), 'config', 'examples')
local text = table.concat(vim.fn.readfile(vim.fs.joinpath(examples, 'heart.prompt')), '\n')
vim.o.lines, vim.o.columns = 24, 80
local bufnr = person.open(text .. '\n')

person.model()

---@return integer? winid of the float
local function float()
  return vim.iter(vim.api.nvim_list_wins()):find(function(winid)
    return vim.api.nvim_win_get_config(winid).relative ~= ''
  end)
end

--- Presses `K` and waits for its float.
---@return integer winid
---@return string[] lines
local function hover()
  person.press('K')
  local winid = person.eventually('a hover', float)
  return winid, vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(winid), 0, -1, false)
end

local function close()
  vim.api.nvim_win_close(float(), true)
end

--- Checks that every row of a float is on the screen, and no line is wrapped.
---@param winid integer
---@param lines string[]
local function check_fits(winid, lines)
  local config = vim.api.nvim_win_get_config(winid)
  local info = vim.fn.getwininfo(winid)[1]
  person.same(#lines, config.height, 'height')
  person.same(#lines, vim.api.nvim_win_text_height(winid, {}).all, 'rows')
  person.same({ true, true }, { config.row >= 0, config.col >= 0 })
  person.same(true, config.row + info.height + 2 <= vim.o.lines - vim.o.cmdheight, 'the last row')
  person.same(true, config.col + info.width + 2 <= vim.o.columns, 'the last column')
end

it('shows the whole table at the usual sizes of a terminal, on the last word and on an intervention', function()
  for _, size in ipairs({ { 24, 80 }, { 30, 90 }, { 40, 140 } }) do
    vim.o.lines, vim.o.columns = unpack(size)
    vim.cmd.normal({ 'G$', bang = true })
    local winid, lines = hover()
    check_fits(winid, lines)
    local head = vim.iter(ipairs(lines)):find(function(_, line)
      return vim.startswith(line, 'layer')
    end)
    person.same(5, #lines - head)
    person.contains(lines[#lines], 'L3D189')
    close()
    person.go_to('L5D739: off')
    winid, lines = hover()
    check_fits(winid, lines)
    person.contains(lines[1], 'L5D739')
    close()
  end
end)

it('leaves the cursor its line if there is room', function()
  vim.o.lines, vim.o.columns = 60, 140
  for _, place in ipairs({ 'G$', 'gg/structure<CR>' }) do
    person.press(place)
    local winid = hover()
    local config = vim.api.nvim_win_get_config(winid)
    local row = vim.fn.screenrow() - 1
    person.same(true, row < config.row or row >= config.row + config.height + 2)
    close()
  end
  vim.o.lines, vim.o.columns = 24, 80
end)

it('shows no marks of Markdown, and highlights tokens and ids', function()
  vim.cmd.normal({ 'G$', bang = true })
  local winid, lines = hover()
  person.same(nil, table.concat(lines, '\n'):find('[`*|]'))
  local shown = vim.api.nvim_win_get_buf(winid)
  local namespace = vim.api.nvim_get_namespaces()['unembed.hover']
  local groups = {}
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(shown, namespace, 0, -1, { details = true })) do
    local part = lines[mark[2] + 1]:sub(mark[3] + 1, mark[4].end_col)
    groups[part] = groups[part] or mark[4].hl_group
  end
  person.same({ 'UnembedToken', 'UnembedVector' }, { groups['␣brain'], groups['L3D189'] })
  close()
end)

it('enters the float with a second K, and shows the card of an id with a third', function()
  vim.cmd.normal({ 'G$', bang = true })
  local winid = hover()
  person.press('K')
  person.same(winid, vim.api.nvim_get_current_win())
  for _, key in ipairs({ 'n', 'N', 'e', 'b', 'w', '/', '*', 'h', 'j', 'y', 'v' }) do
    person.same(0, vim.fn.maparg(key, 'n', false, true).buffer or 0, key)
  end
  person.messages = {}
  person.press('gg0K')
  person.contains(person.messages[1], 'no value vector here')
  person.go_to('L5D629')
  person.press('K')
  person.contains(person.result('L5D629  layer'), 'promotes')
  person.press('q')
  person.same({ bufnr, nil }, { vim.api.nvim_get_current_buf(), float() })
end)

it('shows in a trace the card of the id under the cursor', function()
  vim.cmd.normal({ 'G$', bang = true })
  vim.cmd('Unembed trace')
  person.result('dominant sub-updates')
  vim.fn.search([[^ \+5 ]], 'w')
  local first, second = vim.api.nvim_get_current_line():match('(L5D%d+).-(L5D%d+)')
  person.press('0K')
  person.result(first .. '  layer')
  person.press('q')
  person.result('dominant sub-updates')
  vim.fn.search(second, 'W', vim.fn.line('.'))
  person.press('K')
  person.result(second .. '  layer')
  person.press('q')
  person.result('dominant sub-updates')
  person.press('q')
end)

it("tells the server the screen's new width, once it lasts", function()
  local client = vim.lsp.get_clients({ bufnr = bufnr, name = 'unembed' })[1]
  local notify, told = client.notify, {}
  client.notify = function(self, method, params)
    table.insert(told, method == 'workspace/didChangeConfiguration' and params.settings.hover.width or nil)
    return notify(self, method, params)
  end
  local function resize(...)
    told = {}
    for _, columns in ipairs({ ... }) do
      vim.o.columns = columns
      vim.api.nvim_exec_autocmds('VimResized', {})
    end
    person.eventually('the new width', function()
      return told[1]
    end)
    vim.cmd.normal({ 'G$', bang = true })
    local _, lines = hover()
    close()
    return lines[#lines - 5]
  end
  person.contains(resize(100, 120, 130), 'baseline')
  person.same(128, told[1])
  person.same(nil, resize(80):find('baseline'))
  person.same(78, told[1])
  client.notify = nil
end)

it("reads the server's Markdown", function()
  local function check(markdown, expected)
    person.same(expected, require('unembed.markup').page(markdown, 20).lines)
  end
  check('**`␣a`** id 1', { '␣a id 1' })
  check('`` ` `` and ```a``b```', { '` and a``b' })
  check('a \\*b\\* 2 < 3 \\[x\\](y)', { 'a *b* 2 < 3 [x](y)' })
  check('[b c](file:///x%20y#L3)!', { 'b c!' })
  check('one  \ntwo\nthree', { 'one', 'two three' })
  check('first item · second item\n· third', { 'first item', '· second item', '· third' })
  check('| a | b |\n|---|---|\n| `\\|` | 文 |\n| `city` | c |', { 'a     b', '|     文', 'city  c' })
end)
