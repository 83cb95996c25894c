-- Random edits by keys, on files of every kind of line end: the server has the text that Neovim would write.
local person = require('person')

--- Another number makes other edits.
local SEED = tonumber(vim.env.SPEC_SEED) or 1
--- Number of edits of each file, and of edits between two looks at the server's text.
local EDITS, EACH = 200, 5

-- stylua: ignore
local PIECES = {
  'x', ' the city', '\t', 'é', 'e\204\129', '文', '\240\159\152\128',
  '\240\159\145\169\226\128\141\240\159\154\128', '  ', '', ' (a) ', '\240\144\144\128b', 'ǆ', '<CR>', ' end<CR>',
  '<CR><CR>', '<BS>', '<C-w>', '<C-r>a', '<C-r>b', '<Left>y',
}

---@alias Random fun(most: integer): integer from 1 to `most`

--- Text that is typed in Insert mode.
---@param random Random
---@return string
local function typed(random)
  local parts = {}
  for _ = 1, random(3) do
    table.insert(parts, PIECES[random(#PIECES)])
  end
  return table.concat(parts)
end

--- A line's number, or its last one.
---@param random Random
---@return string
local function line(random)
  return random(6) == 1 and '$' or tostring(random(vim.api.nvim_buf_line_count(0)))
end

--- Kinds of edits. A part `<typed>` or `<line>` is another text each time.
-- stylua: ignore
local KEYS = {
  'i<typed><Esc>', 'a<typed><Esc>', 'A<typed><Esc>', 'I<typed><Esc>', 'o<typed><Esc>', 'O<typed><Esc>', 'o<typed><Esc>',
  'S<typed><Esc>', 'C<typed><Esc>', 'R<typed><Esc>', 'cw<typed><Esc>', 'r文', 'r<CR>', 's<typed><Esc>', '~', 'x', '3X',
  'D', 'dw', 'dd', '2dd', 'yyp', 'yyP', 'p', 'P', 'gp', 'J', '3J', 'gJ', '>>', '<<', 'g??', 'gUU',
  'u', 'u', 'uu', '<C-r>', '<C-r>', 'U', '.', '.', '2.', '"ayy', '"ap', '"aP', '"byw', '"b3p', '"add', 'qaxq@a',
  '<C-v>jI<typed><Esc>', '<C-v>2jA<typed><Esc>', '<C-v>j$A<typed><Esc>', '<C-v>jlc<typed><Esc>', '<C-v>jld',
  '<C-v>jly$p', 'Vjd', 'Vj:m$<CR>', 'Vj:m0<CR>', 'vjd', 'vjp', 'viwc<typed><Esc>', 'vjJ', 'vjgU', 'yj3p',
  'd2k', 'cc<typed><Esc>', ':s/e/é/g<CR>', ':%s/ /\\r/<CR>', ':%s/\\s\\+$//<CR>', ':%s/\\n\\n/\\r/<CR>',
  ':%s/$/ x/<CR>', ':g/a/m0<CR>', ':g/^$/d<CR>', ':g/t/t.<CR>', ':<line>m<line><CR>', ':<line>t<line><CR>',
  ':<line>d<CR>', ':1,3j<CR>', ':sort<CR>', ':<line>normal Ax<CR>', ':put =nr2char(128640)<CR>', ':0put a<CR>',
  ':<line>s/$/\\r<typed>/<CR>', ':1,2!cat<CR>', ':set ff=dos<CR>', ':set ff=unix<CR>', ':set noeol<CR>', ':set eol<CR>',
  ':w<CR>', ':earlier 3<CR>', ':later 3<CR>',
}

--- Those that bring an old text back or remove it all.
local RARE = { ':e!<CR>', ':w<CR>:e<CR>', ':w<CR>:e! ++ff=unix<CR>', ':undo 0<CR>', 'dG', 'dgg', ':%d<CR>', 'ggVGp' }

--- Presses keys in Normal mode. Each part that fails ends without a message.
---@param keys string
local function press(keys)
  vim.g.keys = vim.keycode('<C-\\><C-n>' .. keys)
  vim.cmd("silent! call nvim_feedkeys(g:keys, 'x', v:false)")
end

--- Makes a random edit. The file stays small enough for the model's context.
---@param random Random
---@return string keys
local function edit(random)
  local list = random(40) == 1 and RARE or KEYS
  local keys = list[random(#list)]:gsub('<(%l+)>', function(part)
    return part == 'typed' and typed(random) or part == 'line' and line(random) or nil
  end)
  local place = line(random) .. 'G' .. random(30) .. '|'
  press(place .. keys)
  if vim.api.nvim_buf_line_count(0) > 14 then
    press(':9,$d<CR>')
  end
  press([[:%s/\%>50v.*$//<CR>]])
  -- <BS> in Visual-block mode leaves a part of a character in the next line, which no server can be told.
  if not vim.iconv(person.text(), 'utf-8', 'utf-8') then
    press(':undo 0<CR>')
  end
  return place .. keys
end

--- The bytes that Neovim would write.
---@return string
local function written()
  local file = vim.fn.tempname()
  vim.cmd('silent keepalt write! ' .. vim.fn.fnameescape(file))
  local handle = assert(io.open(file, 'rb'))
  local text = handle:read('*a')
  handle:close()
  vim.uv.fs_unlink(file)
  return text
end

--- The server's answer about the open file or, with a text, about that text.
---@param command string
---@param text string?
---@return table
local function ask(command, text)
  -- After `:edit` it is attached again.
  local client = person.eventually('the server', function()
    return vim.lsp.get_clients({ bufnr = 0, name = 'unembed' })[1]
  end)
  local argument = { uri = vim.uri_from_bufnr(0), text = text, positions = {}, top = 1, updates = 0 }
  local params = { command = command, arguments = { argument } }
  local answer = assert(client:request_sync('workspace/executeCommand', params, 60000, 0))
  local result = answer.result or { error = answer.err.message }
  -- An answer about a text has none.
  result.version = nil
  return result
end

--- The prompt of the open file as the server has it: its tokens, joined.
---@return string
local function prompt()
  local parts = {}
  local document = ask('unembed.trace')
  if (document.error or ''):find('the prompt is empty', 1, true) then
    return ''
  end
  for _, token in ipairs(assert(document.runs, document.error)[1].tokens) do
    table.insert(parts, token.bytes and string.char(unpack(token.bytes)) or token.text)
  end
  return table.concat(parts)
end

--- Checks that the server has the text that Neovim would write. A file without front matter is all prompt, so that
--- every byte of it is compared.
---@param keys string[] the edits since the last check
local function check(keys)
  local text = written()
  local what = vim.inspect(keys)
  if not vim.startswith(text, '---') then
    -- One line break at the end is not the prompt's.
    return person.same(text:gsub('\r?\n$', ''), prompt(), 'the prompt after ' .. what)
  end
  for _, command in ipairs({ 'unembed.structure', 'unembed.trace' }) do
    person.same(ask(command, text), ask(command), command .. ' after ' .. what)
  end
end

local FRONT = '---\n# a comment\ninterventions:\n  - L5D662: 8\n  # - L2D343: 8\ntrack: [" war"]\n---\n'
local PROSE = 'The structure\n\tof the heart \240\159\152\128\ne\204\129t\195\169 and\n\nthe 文 city'

local files = {
  ['LF'] = PROSE .. '\n',
  ['LF, with front matter'] = FRONT .. PROSE .. '\n',
  ['CRLF'] = (PROSE .. '\n'):gsub('\n', '\r\n'),
  ['CRLF, with front matter'] = (FRONT .. PROSE .. '\n'):gsub('\n', '\r\n'),
  ['CRLF at some lines'] = PROSE:gsub('\n', '\r\n', 2) .. '\n',
  ['no line end at the end'] = PROSE,
  ['CRLF, and no line end at the end'] = PROSE:gsub('\n', '\r\n'),
  ['no text'] = '',
}

local names = vim.tbl_keys(files)
table.sort(names)
for i, name in ipairs(names) do
  it('knows the text of a file after random edits: ' .. name, function()
    math.randomseed(SEED * 100 + i)
    person.open(files[name])
    vim.fn.setreg('a', 'two\nlines', 'l')
    vim.fn.setreg('b', 'wörd')
    check({ 'opened' })
    local keys = {}
    for count = 1, EDITS do
      table.insert(keys, edit(math.random))
      -- An option changes no text in Neovim, and the next edit sends it all.
      if count % EACH == 0 or keys[#keys]:find(':set', 1, true) then
        check(keys)
        keys = {}
      end
    end
    -- With a line above it, front matter is prompt too.
    press('ggOx<Esc>')
    check({ 'ggOx' })
    vim.cmd('silent undo 0')
    check({ ':undo 0' })
    vim.cmd.bdelete({ bang = true })
  end)
end
