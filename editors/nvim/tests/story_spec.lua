-- A person's first session: open a prompt, ask why, change it, see the text change, take it back.
local person = require('person')

local PROMPT = '---\nconfig:\n  maxOutputTokens: 8\n---\nShe opened the door and saw the\n'

person.open(PROMPT)
local clean, id

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

it('got the text as it came', function()
  local client, streamed = require('unembed.client'), ''
  local on_generated = client.on_generated
  client.on_generated = function(piece)
    streamed = streamed .. piece.text
    on_generated(piece)
  end
  local shown = person.generate()
  client.on_generated = on_generated
  person.contains(shown:gsub('%s', ''), 'sawthe' .. streamed:gsub('%s', '') .. 'stoppedat')
end)

it('writes the intervention that was chosen', function()
  vim.cmd.normal({ 'G$', bang = true })
  local title = person.act('Set L5')
  id = title:match('L%d+D%d+')
  person.contains(person.text(), 'interventions:\n  - ' .. id .. ': ')
  -- The vector's words are its comment.
  person.contains(person.text(), title:match(': ([^(]+) %('))
end)

it('shows on the intervention what it promotes and does', function()
  person.go_to(id)
  local hover = person.hover()
  person.contains(hover, id)
  person.contains(hover, 'without')
end)

it('changes the text', function()
  -- The coefficient is as it was here, ready to be changed.
  vim.cmd(([[%%s/%s: \zs[^ ]\+/-80/]]):format(id))
  local steered = person.generate()
  person.contains(steered, 'intervened')
  person.contains(steered, 'differs from token')
end)

it('fits what the layers do into the screen, though both runs stand side by side', function()
  person.go_to('saw')
  local rows = {}
  for line in vim.gsplit(person.hover(), '\n') do
    if vim.startswith(line, '|') then
      table.insert(rows, line)
      assert(vim.fn.strdisplaywidth(line) <= vim.o.columns - 2, line)
    end
  end
  assert(#rows > 2, 'no table')
end)

it('disables the line and has the clean text again', function()
  person.go_to(id)
  person.act('Disable')
  person.contains(person.text(), '# - ' .. id)
  person.same(clean, person.generate())
end)

it('generates by code action too', function()
  vim.cmd.normal({ 'G$', bang = true })
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title == 'Generate'
    end,
  })
  person.same(clean, person.continuation())
end)

it('undoes everything', function()
  vim.cmd('silent undo 0')
  person.same(PROMPT, person.text() .. '\n')
end)
