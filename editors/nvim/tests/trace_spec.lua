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
