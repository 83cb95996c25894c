--- Text that stands in a prompt file's window and not in the file: hints, lenses, coefficients, next tokens. Brackets
--- or a bar tell it from the file's text, because a terminal with few colours shows both in one colour.
local M = {}

--- What begins each line of the next tokens.
M.BAR = '    │ '

--- A text between brackets that prompts rarely have.
---@param text string
---@return string
function M.bracketed(text)
  return '‹' .. text .. '›'
end

--- A part of a hint. Only the first and the last part get a bracket.
---@param part lsp.InlayHintLabelPart
---@param i integer
---@param count integer
local function mark_part(part, i, count)
  part.value = (i == 1 and '‹' or '') .. part.value .. (i == count and '›' or '')
end

---@param hint lsp.InlayHint
local function mark_hint(hint)
  if type(hint.label) == 'string' then
    hint.label = M.bracketed(hint.label)
    return
  end
  for i, part in ipairs(hint.label) do
    mark_part(part, i, #hint.label)
  end
end

--- By the request's method.
---@type table<string, fun(items: table[])>
local mark = {
  ---@param hints lsp.InlayHint[]
  ['textDocument/inlayHint'] = function(hints)
    vim.iter(hints):each(mark_hint)
  end,
  --- One pair of brackets a line: a pair for each lens does not fit 80 columns.
  ---@param lenses lsp.CodeLens[]
  ['textDocument/codeLens'] = function(lenses)
    local first, last = {}, {}
    for _, lens in ipairs(lenses) do
      local line = lens.range.start.line
      if lens.command then
        first[line] = first[line] or lens.command
        last[line] = lens.command
      end
    end
    for line, command in pairs(first) do
      command.title = '‹' .. command.title
      last[line].title = last[line].title .. '›'
    end
  end,
}

--- The server's answer to a request, with brackets around what Neovim shows in the file's window.
---@param method string
---@param result any
---@return any
function M.answer(method, result)
  if mark[method] and type(result) == 'table' then
    mark[method](result)
  end
  return result
end

return M
