--- Tokens and numbers as the plugin's pages show them: the same way as the server's hovers.
local M = {}

--- A value vector's id in running text, such as a comment or a page.
M.ID = 'L%d+D%d+'

--- A token's text with visible spaces at its edges, line breaks and tabs.
---@param text string
---@return string
function M.visible(text)
  text = text:gsub('\n', '\\n'):gsub('\r', '\\r'):gsub('\t', '\\t'):gsub('%c', '·')
  text = text:gsub('^ +', function(s)
    return ('␣'):rep(#s)
  end)
  text = text:gsub(' +$', function(s)
    return ('␣'):rep(#s)
  end)
  return text == '' and '∅' or text
end

--- The same for a token whose bytes may not be text: they appear as `\xcf`.
---@param token {token: string?, text: string?, bytes: integer[]|vim.NIL|nil}
---@return string
function M.token(token)
  local bytes = M.maybe(token.bytes)
  if not bytes then
    return M.visible(token.token or token.text or '')
  end
  local shown = {}
  for _, byte in ipairs(bytes) do
    table.insert(shown, byte >= 32 and byte < 127 and string.char(byte) or ('\\x%02x'):format(byte))
  end
  return M.visible(table.concat(shown))
end

--- A probability in two significant digits.
---@param p number
---@param more integer? further digits
---@return string
function M.probability(p, more)
  local digits = 2 + (more or 0)
  local text = p >= 0.001 and ('%#.' .. digits .. 'g'):format(p)
    or ('%.' .. digits - 2 .. 'e'):format(p):gsub('e%-0?', 'e−')
  return (text:gsub('%.$', ''))
end

--- A number with its sign, with two decimals or, from 100 on, none.
---@param number number
---@param more integer? further decimals
---@return string
function M.signed(number, more)
  local decimals = (math.abs(number) < 100 and 2 or 0) + (more or 0)
  return (('%+.' .. decimals .. 'f'):format(number):gsub('-', '−'))
end

--- A number beside others that it is compared with: with a digit more if another one would look the same and is not.
---@param format fun(number: number, more: integer?): string
---@param number number
---@param others number[]
---@return string
function M.apart(format, number, others)
  local shown = format(number)
  for _, other in ipairs(others) do
    if other ~= number and format(other) == shown then
      return format(number, 1)
    end
  end
  return shown
end

local EIGHTHS = { [0] = '', '▏', '▎', '▍', '▌', '▋', '▊', '▉' }

--- A bar as wide as a value's share of `most`, in eighths of a column.
---@param value number
---@param most number
---@param width integer
---@return string
function M.bar(value, most, width)
  local share = most > 0 and math.min(1, math.abs(value) / most) or 0
  local eighths = math.floor(share * width * 8 + 0.5)
  return ('█'):rep(math.floor(eighths / 8)) .. EIGHTHS[eighths % 8]
end

--- The first trained words of a list, each in one spelling.
---@param list unembed.WordDocument[]
---@param count integer
---@return string[]
function M.words(list, count)
  local words, seen = {}, {}
  for _, word in ipairs(list or {}) do
    local text = (M.token(word):gsub('^␣+', ''):gsub('␣+$', ''))
    local key = text:lower()
    if not word.undertrained and text ~= '∅' and not seen[key] and #words < count then
      seen[key] = true
      table.insert(words, text)
    end
  end
  return words
end

--- Fills a text with spaces up to a width, after it or, with `right`, before it.
---@param text string
---@param width integer
---@param right boolean?
---@return string
function M.pad(text, width, right)
  local space = (' '):rep(width - vim.fn.strdisplaywidth(text))
  return right and space .. text or text .. space
end

--- Cuts a text to a width, with `…` at its end.
---@param text string
---@param width integer
---@return string
function M.cut(text, width)
  if vim.fn.strdisplaywidth(text) <= width then
    return text
  end
  local kept = vim.fn.strcharpart(text, 0, width - 1)
  while vim.fn.strdisplaywidth(kept) > width - 1 do
    kept = vim.fn.strcharpart(kept, 0, vim.fn.strchars(kept) - 1)
  end
  return kept .. '…'
end

--- A value, nil where JSON has null.
---@generic T
---@param value T|vim.NIL|nil
---@return T?
function M.maybe(value)
  if value == vim.NIL then
    return nil
  end
  return value
end

return M
