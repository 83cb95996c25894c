-- A person's first session: open a prompt, ask why, change it, see the text change, take it back.
local person = require('person')

local PROMPT = '---\nconfig:\n  maxOutputTokens: 8\n---\nShe opened the door and saw the\n'

person.open(PROMPT)
local clean

it('knows a prompt file', function()
  person.same('lmprompt', vim.bo.filetype)
end)

it('shows on a token what it is and what the layers do', function()
  person.go_to('saw')
  local hover = person.hover()
  person.contains(hover, '␣saw')
  person.contains(hover, 'layer')
  person.contains(hover, 'L5D')
end)

it('continues the prompt', function()
  clean = person.generate()
  person.contains(clean, 'baseline')
end)

it('writes the intervention that was chosen', function()
  person.go_to('saw the')
  local title = person.act('Amplify')
  local id = title:match('L%d+D%d+')
  person.contains(person.text(), '  - ' .. id .. ': { scale: 2 }')
end)

it('changes the text', function()
  -- Stronger, as a person would try next.
  vim.cmd('%s/scale: 2/scale: 40/')
  local steered = person.generate()
  person.contains(steered, 'intervened')
  person.contains(steered, 'differs from token')
end)

it('disables the line and has the clean text again', function()
  person.go_to('L')
  person.act('Disable')
  person.contains(person.text(), '# - L')
  person.same(clean, person.generate())
end)

it('undoes everything', function()
  vim.cmd('silent undo 0')
  person.same(PROMPT, person.text() .. '\n')
end)
