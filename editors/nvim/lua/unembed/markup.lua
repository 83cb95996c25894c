--- The server's Markdown as a page: prose that fills the width, and tables in columns. Neovim would hide the marks and
--- still wrap lines as if they were there. It reads what the server writes: code, bold, links, escapes, tables.
local page = require('unembed.page')
local text = require('unembed.text')

local M = {}

--- Between the columns of a table.
local GAP = '  '
--- The largest width of prose: longer lines are hard to read.
local PROSE = 100

--- Adds a text, its value vectors' ids highlighted.
---@param pieces unembed.Piece[]
---@param words string
---@param group string?
local function add(pieces, words, group)
  while words ~= '' do
    local from, to = words:find(text.ID)
    if group or not from then
      table.insert(pieces, { words, group })
      return
    end
    if from > 1 then
      table.insert(pieces, { words:sub(1, from - 1) })
    end
    table.insert(pieces, { words:sub(from, to), 'UnembedVector' })
    words = words:sub(to + 1)
  end
end

--- A line's pieces, without its marks.
---@param line string
---@return unembed.Piece[]
local function inline(line)
  local pieces, plain, bold = {}, '', nil
  local function flush()
    add(pieces, plain, bold)
    plain = ''
  end
  local at = 1
  while at <= #line do
    local rest = line:sub(at)
    local fence = rest:match('^`+')
    local code = fence and rest:match('^' .. fence .. '(.-)' .. fence .. '%f[^`]')
    local label, uri = rest:match('^%[(.-)%](%b())')
    if rest:find('^\\%p') then
      plain, at = plain .. rest:sub(2, 2), at + 2
    elseif code then
      flush()
      add(pieces, code:match('^ (.*[^ ].*) $') or code, bold or 'UnembedToken')
      at = at + #code + 2 * #fence
    elseif rest:sub(1, 2) == '**' then
      flush()
      bold, at = not bold and 'UnembedTitle' or nil, at + 2
    elseif label then
      flush()
      vim.list_extend(pieces, inline(label))
      at = at + #label + #uri + 2
    else
      plain, at = plain .. rest:sub(1, 1), at + 1
    end
  end
  flush()
  return pieces
end

---@param pieces unembed.Piece[]
---@return integer
local function width_of(pieces)
  return vim.iter(pieces):fold(0, function(width, piece)
    return width + vim.fn.strdisplaywidth(page.text(piece))
  end)
end

--- Adds a paragraph. It breaks between its items, which have middle dots between them, else between words.
---@param out unembed.Page
---@param paragraph string
---@param columns integer
local function prose(out, paragraph, columns)
  local line = {}
  local function next_line()
    for _, wrapped in ipairs(page.wrap(line, columns)) do
      out:line(unpack(wrapped))
    end
  end
  for i, item in ipairs(vim.split(paragraph, ' · ', { plain = true })) do
    local pieces = inline(item)
    if i > 1 and width_of(line) + #' · ' + width_of(pieces) > columns then
      next_line()
      line = { '· ' }
    elseif i > 1 then
      table.insert(line, ' · ')
    end
    vim.list_extend(line, pieces)
  end
  next_line()
end

---@param row string
---@return unembed.Piece[][]
local function cells(row)
  -- A bar in a cell has a backslash before it.
  local parts = vim.split(row:gsub('\\|', '\0'):gsub('^|', ''):gsub('|$', ''), '|', { plain = true })
  return vim.tbl_map(function(part)
    return inline((vim.trim(part):gsub('%z', '|')))
  end, parts)
end

--- Adds a table, its head first.
---@param out unembed.Page
---@param rows unembed.Piece[][][]
local function columns_of(out, rows)
  local widths = {}
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do
      widths[i] = math.max(widths[i] or 0, width_of(cell))
    end
  end
  for number, row in ipairs(rows) do
    local pieces = {}
    for i, cell in ipairs(row) do
      for _, piece in ipairs(cell) do
        table.insert(pieces, number == 1 and { page.text(piece), 'UnembedMuted' } or piece)
      end
      if i < #row then
        table.insert(pieces, (' '):rep(widths[i] - width_of(cell)) .. GAP)
      end
    end
    out:line(unpack(pieces))
  end
end

---@param markdown string
---@param columns integer the largest width
---@return unembed.Page
function M.page(markdown, columns)
  local out = page.new()
  for i, block in ipairs(vim.split(vim.trim(markdown), '\n\n', { plain = true })) do
    local lines = vim.split(block, '\n', { plain = true })
    if i > 1 then
      out:line('')
    end
    if lines[2] and lines[2]:find('^|[-|]+$') then
      table.remove(lines, 2)
      columns_of(out, vim.tbl_map(cells, lines))
    else
      for paragraph in vim.gsplit(block, '  \n', { plain = true }) do
        prose(out, (vim.trim(paragraph):gsub('\n', ' ')), math.min(columns, PROSE))
      end
    end
  end
  return out
end

return M
