-- A session as a person has it: open a program, make a mistake, see it, let it be fixed, watch the preview follow.
-- nvim --headless --clean -l session.lua PROGRAM PLUGIN SERVER...   prints a transcript; ends with 1 when something is wrong.

local program, plugin = arg[1], arg[2]
local started = vim.uv.hrtime()

local function say(text, ...)
  io.stdout:write(string.format('%7.0f ms  ' .. text .. '\n', (vim.uv.hrtime() - started) / 1e6, ...))
end

local function wait(what, condition)
  if not vim.wait(20000, condition, 5) then
    say('FAILED: no %s', what)
    os.exit(1)
  end
end

vim.opt.runtimepath:append(plugin)
vim.lsp.config('athena', { cmd = vim.list_slice(arg, 3) })
vim.lsp.enable('athena')
vim.cmd('filetype on')
vim.cmd.edit(program)
local buffer = vim.api.nvim_get_current_buf()

local function client()
  return vim.lsp.get_clients({ name = 'athena', bufnr = buffer })[1]
end
wait('client', function()
  return client() and client().initialized
end)
say('opened %s; %s counts in %s', vim.fs.basename(program), client().name, client().offset_encoding)

vim.cmd('AthenaPreview')
local function preview()
  for _, each in ipairs(vim.api.nvim_list_bufs()) do
    if vim.startswith(vim.api.nvim_buf_get_name(each), 'athena-yaml://') then
      return table.concat(vim.api.nvim_buf_get_lines(each, 0, -1, false), '\n')
    end
  end
  return ''
end
wait('preview', function()
  return preview():find('kind: WorkflowTemplate', 1, true)
end)
say('preview of %d lines', select(2, preview():gsub('\n', '\n')) + 1)

local row
for number, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
  row = line:find('fetch(url)', 1, true) and number - 1 or row
end
local column = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]:find('url', 1, true) - 1
vim.api.nvim_buf_set_text(buffer, row, column, row, column + 3, { '3' })
local typed = vim.uv.hrtime()
wait('diagnostic', function()
  return #vim.diagnostic.get(buffer) == 1
end)
local found = vim.diagnostic.get(buffer)[1]
say('typed a mistake; after %.0f ms: %d:%d %s [%s]', (vim.uv.hrtime() - typed) / 1e6, found.lnum + 1, found.col + 1,
  found.message:gsub('\n.*', ''), found.code)
wait('stale preview', function()
  return preview():find('^# 1 error in the program')
end)
say('preview: %s', preview():match('^[^\n]*'))

vim.api.nvim_win_set_cursor(0, { row + 1, column })
vim.lsp.buf.code_action({
  context = { only = { 'quickfix' }, diagnostics = vim.lsp.diagnostic.from({ found }) },
  filter = function(action)
    return action.isPreferred
  end,
  apply = true,
})
wait('fix', function()
  return vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]:find('fetch("3")', 1, true)
end)
say('fixed: %s', vim.trim(vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]))
wait('end of the diagnostic', function()
  return #vim.diagnostic.get(buffer) == 0
end)
wait('new preview', function()
  return preview():find([[value: '"3"']], 1, true)
end)
say('preview: %s', vim.trim(preview():match('[^\n]*value: \'"3"\'')))

-- The preview follows the cursor, and leads back.
local function lit()
  for _, each in ipairs(vim.api.nvim_list_bufs()) do
    if vim.startswith(vim.api.nvim_buf_get_name(each), 'athena-yaml://') then
      local marks = vim.api.nvim_buf_get_extmarks(each, vim.api.nvim_get_namespaces().athena, 0, -1, {})
      return marks[1] and vim.api.nvim_buf_get_lines(each, marks[1][2], marks[1][2] + 2, false), each, marks[1]
    end
  end
end
vim.api.nvim_exec_autocmds('CursorMoved', { buffer = buffer })
wait('lit lines', function()
  local lines = lit()
  return lines and table.concat(lines, '\n'):find([[value: '"3"']], 1, true)
end)
local _, manifest, mark = lit()
vim.api.nvim_win_set_cursor(0, { 1, 0 })
vim.api.nvim_set_current_win(vim.fn.bufwinid(manifest))
vim.api.nvim_win_set_cursor(0, { mark[2] + 1, 0 })
vim.api.nvim_feedkeys(vim.keycode('<CR>'), 'mx', false)
wait('way back', function()
  return vim.api.nvim_get_current_buf() == buffer and vim.api.nvim_win_get_cursor(0)[1] == row + 1
end)
say('followed: line %d and back', mark[2] + 1)

local hover = client():request_sync('textDocument/hover', {
  textDocument = { uri = vim.uri_from_bufnr(buffer) },
  position = { line = row, character = column - 2 },
}, 5000, buffer)
say('hover: %s', hover.result.contents.value:match('Task[^\n]*'))
vim.cmd('checkhealth athena')
local health = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
if health:find('ERROR', 1, true) or not health:find('attached to 1 buffer', 1, true) then
  say('FAILED: %s', health)
  os.exit(1)
end
say('health: attached')
vim.cmd('bwipeout')

-- No browser here: what would be opened is looked at.
local opened
vim.ui.open = function(address)
  opened = address
end
vim.api.nvim_set_current_buf(buffer)
vim.cmd('write')
vim.cmd('AthenaGraph')
wait('graph', function()
  return opened
end)
say('graph: %s', opened:gsub(':%d+/.*', ':PORT/...'))

vim.api.nvim_set_current_buf(buffer)
vim.api.nvim_buf_set_text(buffer, row, column, row, column + 3, { 'url' })
vim.api.nvim_win_set_cursor(0, { row + 1, 0 })
local names = vim.fn.getcompletion('AthenaRun ', 'cmdline')
vim.cmd([[AthenaRun url=it's\ "quoted"\ $HOME\ é😋]])
local ran
wait('run', function()
  for _, each in ipairs(vim.api.nvim_list_bufs()) do
    local text = table.concat(vim.api.nvim_buf_get_lines(each, 0, -1, false), '\n')
    ran = vim.bo[each].buftype == 'terminal' and text:match('\n"?(it\'s[^\n]*)\n') or ran
  end
  return ran
end)
say('run: %s, completion %s', ran, table.concat(names, ' '))

vim.cmd('helptags ' .. plugin .. '/doc')
vim.cmd('help :AthenaRun')
say('help: %s', vim.trim(vim.api.nvim_get_current_line()))
vim.cmd('bwipeout')

vim.lsp.stop_client(vim.lsp.get_clients())
wait('end', function()
  return #vim.lsp.get_clients() == 0
end)
say('stopped')
vim.cmd('qall!') -- and not os.exit, so that what was started is ended
