--- A page of text with highlights, built piece by piece. It needs no model, buffer or window.
local M = {}

---@class unembed.Mark
---@field line integer from 0
---@field from integer byte
---@field to integer byte, exclusive
---@field group string

--- What a line shows, for the mappings of the window.
---@class unembed.Subject: unembed.At
---@field id unembed.ValueId?
---@field cluster integer?

---@class unembed.Page
---@field lines string[]
---@field marks unembed.Mark[]
---@field subjects table<integer, unembed.Subject> by line, from 1
---@field folds table<integer, string> 'foldexpr' by line, from 1
local Page = {}
Page.__index = Page

---@return unembed.Page
function M.new()
  return setmetatable({ lines = {}, marks = {}, subjects = {}, folds = {} }, Page)
end

---@alias unembed.Piece string|{[1]: string, [2]: string?}  a text, or a text and its highlight group

--- Adds a line made of pieces.
---@param ... unembed.Piece
function Page:line(...)
  local text = ''
  for _, piece in ipairs({ ... }) do
    local words, group = piece, nil
    if type(piece) == 'table' then
      words, group = piece[1], piece[2]
    end
    -- A buffer's line cannot hold a line break.
    words = words:gsub('\n', '␤')
    if group and words ~= '' then
      table.insert(self.marks, { line = #self.lines, from = #text, to = #text + #words, group = group })
    end
    text = text .. words
  end
  table.insert(self.lines, text)
end

--- Sets what the last line shows.
---@param subject unembed.Subject
function Page:about(subject)
  self.subjects[#self.lines] = subject
end

--- Sets the fold of the last line: `>1` begins one, `1` is in it.
---@param level string
function Page:fold(level)
  self.folds[#self.lines] = level
end

--- A piece's text.
---@param piece unembed.Piece
---@return string
function M.text(piece)
  return type(piece) == 'table' and piece[1] or piece
end

--- Fills a piece with spaces up to a width. The spaces are not highlighted.
---@param piece unembed.Piece
---@param width integer
---@return unembed.Piece, string
function M.pad(piece, width)
  return piece, (' '):rep(width - vim.fn.strdisplaywidth(M.text(piece)))
end

--- Breaks pieces into lines of at most `width` columns, at line breaks and between words. A longer word is cut.
---@param pieces unembed.Piece[]
---@param width integer
---@return unembed.Piece[][]
function M.wrap(pieces, width)
  local lines, line, used = {}, {}, 0
  local function next_line()
    table.insert(lines, line)
    line, used = {}, 0
  end
  local function add(word, group)
    local columns = vim.fn.strdisplaywidth(word)
    if used > 0 and used + columns > width then
      next_line()
    end
    if columns > width then
      for _, char in ipairs(vim.fn.split(word, '\\zs')) do
        if used + vim.fn.strdisplaywidth(char) > width then
          next_line()
        end
        table.insert(line, { char, group })
        used = used + vim.fn.strdisplaywidth(char)
      end
      return
    end
    table.insert(line, { word, group })
    used = used + columns
  end
  for _, piece in ipairs(pieces) do
    local group = type(piece) == 'table' and piece[2] or nil
    local text = M.text(piece):gsub('\r\n?', '\n'):gsub('\t', '    ')
    while text ~= '' do
      local word = text:match('^\n') or text:match('^ *[^ \n]+') or text:match('^ +')
      text = text:sub(#word + 1)
      if word == '\n' then
        next_line()
      else
        add(word, group)
      end
    end
  end
  next_line()
  return lines
end

--- Adds columns side by side, each `width` wide, two spaces apart.
---@param columns unembed.Piece[][][]
---@param width integer
function Page:columns(columns, width)
  local height = 0
  for _, column in ipairs(columns) do
    height = math.max(height, #column)
  end
  for row = 1, height do
    local pieces = {}
    for i, column in ipairs(columns) do
      local used = 0
      for _, piece in ipairs(column[row] or {}) do
        table.insert(pieces, piece)
        used = used + vim.fn.strdisplaywidth(M.text(piece))
      end
      if i < #columns then
        table.insert(pieces, (' '):rep(width - used + 2))
      end
    end
    self:line(unpack(pieces))
  end
end

return M
