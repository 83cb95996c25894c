-- Runs one spec: nvim --headless -u tests/minimal_init.lua -l tests/run.lua NAME
-- A spec calls `it(what, run)`. Its cases run in order, in one Neovim, as one user's session.
local failed = 0

function _G.it(what, run)
  local ok, err = xpcall(run, debug.traceback)
  if ok then
    io.write('ok      ' .. what .. '\n')
  else
    failed = failed + 1
    io.write('FAILED  ' .. what .. '\n' .. err .. '\n')
  end
end

local here = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, 'S').source:sub(2)))
dofile(here .. '/' .. arg[1] .. '_spec.lua')
os.exit(failed == 0 and 0 or 1)
