-- Opening a prompt file causes no message, no error and no line in the client's log.
local person = require('person')

--- Runs another Neovim on a file until the file is marked.
---@param text string
---@param before string Lua to run first
---@return string said every message, and the log
local function start(text, before)
  local file = vim.fn.tempname() .. '.prompt'
  local out = vim.fn.tempname()
  vim.fn.writefile(vim.split(text, '\n'), file)
  local script = before
    .. [[
    local seen = false
    vim.api.nvim_create_autocmd('User', { pattern = 'UnembedMarks', callback = function() seen = true end })
    vim.cmd.edit(vim.fn.fnameescape(vim.env.SPEC_FILE))
    assert(vim.wait(60000, function() return seen end, 10), 'the file was never marked')
    vim.lsp.codelens.refresh({ bufnr = 0 })
    local place = vim.lsp.util.make_position_params(0, 'utf-8')
    vim.lsp.buf_request_sync(0, 'textDocument/hover', place, 60000)
    local handle = io.open(vim.lsp.get_log_path())
    local log = handle and handle:read('*a') or ''
    vim.fn.writefile({ vim.fn.execute('messages'), vim.v.errmsg, vim.v.warningmsg, log }, vim.env.SPEC_OUT)
  ]]
  local lua = vim.fn.tempname() .. '.lua'
  vim.fn.writefile(vim.split(script, '\n'), lua)
  local command = { vim.v.progpath, '--headless', '-u', person.folder .. '/minimal_init.lua', '-l', lua }
  local state = vim.fn.tempname()
  local env = { SPEC_FILE = file, SPEC_OUT = out, XDG_STATE_HOME = state }
  local result = vim.system(command, { env = env, text = true, timeout = 120000 }):wait()
  person.same(0, result.code, result.stderr)
  -- The log's first line says that logging started.
  local said = vim.tbl_filter(function(line)
    return line ~= '' and not line:find('[START]', 1, true)
  end, vim.fn.readfile(out))
  return vim.trim(result.stdout .. result.stderr .. table.concat(said, '\n'))
end

it('is quiet about a file without errors', function()
  person.same('', start('---\ninterventions:\n  - L5D662: 8\n---\nThe history of', ''))
end)

it('is quiet about a file with errors: the diagnostics tell', function()
  person.same('', start('---\ninterventions:\n  - L99D662: 8\nmodle: x\n---\nThe history of', ''))
end)

it('notices a message', function()
  person.contains(start('The history of', "vim.api.nvim_echo({ { 'a message' } }, true, {})\n"), 'a message')
end)
