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

--- By the request's method.
---@type table<string, fun(item: table)>
local mark = {
  ---@param hint lsp.InlayHint
  ['textDocument/inlayHint'] = function(hint)
    if type(hint.label) == 'string' then
      hint.label = M.bracketed(hint.label)
      return
    end
    for i, part in ipairs(hint.label) do
      mark_part(part, i, #hint.label)
    end
  end,
  ---@param lens lsp.CodeLens
  ['textDocument/codeLens'] = function(lens)
    if lens.command then
      lens.command.title = M.bracketed(lens.command.title)
    end
  end,
}

--- The server's answer to a request, with brackets around what Neovim shows in the file's window.
---@param method string
---@param result any
---@return any
function M.answer(method, result)
  if mark[method] and type(result) == 'table' then
    vim.iter(ipairs(result)):each(function(_, item)
      mark[method](item)
    end)
  end
  return result
end

return M
