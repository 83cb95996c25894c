-- A first session: open a prompt, ask why, change it, see the text change, undo it.
local person = require('person')

local PROMPT = '---\nconfig:\n  maxOutputTokens: 8\n---\nShe opened the door and saw the\n'

person.open(PROMPT)
local clean, id

it('detects a prompt file', function()
  person.same('lmprompt', vim.bo.filetype)
end)

it('shows a hover on a token, with the layers', function()
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

it('shows the text as it comes', function()
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

it("shows the end of a text with the prompt's last line, also if the prompt's place is known later", function()
  local structure = require('unembed.structure')
  local ask, answer = structure.ask, nil
  structure.ask = function(bufnr, done)
    answer = function()
      ask(bufnr, done)
    end
  end
  local client, ended = require('unembed.client'), false
  local execute = client.execute
  client.execute = function(bufnr, question)
    local on_done = question.on_done
    question.on_done = function(...)
      on_done(...)
      ended = true
    end
    execute(bufnr, question)
  end
  vim.cmd('Unembed generate')
  person.eventually('the answer', function()
    return ended
  end)
  client.execute, structure.ask = execute, ask
  person.same(nil, person.float():find('stopped at', 1, true))
  answer()
  person.same(clean, person.continuation())
end)

it('writes a chosen intervention', function()
  vim.cmd.normal({ 'G$', bang = true })
  local title = person.act('Change L5', 'Set: ')
  id = title:match('L%d+D%d+')
  person.contains(person.text(), 'interventions:\n  - ' .. id .. ': ')
  -- The comment has the vector's words.
  person.contains(person.text(), title:match(': ([^(]+) %('))
end)

it('shows a hover on the intervention', function()
  person.go_to(id)
  local hover = person.hover()
  person.contains(hover, id)
  person.contains(hover, 'without')
end)

it('changes the text', function()
  -- The line begins with the coefficient as it is here.
  vim.cmd(([[%%s/%s: \zs.\{-}\ze  #/-80/]]):format(id))
  local steered = person.generate()
  person.contains(steered, 'intervened')
  person.contains(steered, 'differs from token')
end)

it('fits the hover of two runs into the screen', function()
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

it('generates the first text again once the line is disabled', function()
  person.go_to(id)
  person.act('Disable')
  person.contains(person.text(), '# - ' .. id)
  person.same(clean, person.generate())
end)

it('generates by code action', function()
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
