-- :checkhealth athena

local M = {}

local health = vim.health

---What a command prints for `--version`, or nil with the reason.
local function version(command)
  local ok, done = pcall(function()
    return vim.system(vim.list_extend(vim.deepcopy(command), { '--version' }), { text = true }):wait(10000)
  end)
  if not ok then
    return nil, tostring(done)
  end
  if done.code ~= 0 then
    return nil, vim.trim(done.stderr or '')
  end
  return vim.trim(done.stdout)
end

local function check_command(name, command, advice)
  if type(command) ~= 'table' then
    return health.info(name .. ' is started by a function')
  end
  local found, why = version(command)
  if found then
    health.ok(('%s %s (%s)'):format(name, found, table.concat(command, ' ')))
  else
    health.error(('%s does not run: %s'):format(table.concat(command, ' '), why), advice)
  end
end

function M.check()
  health.start('athena')
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok('Neovim ' .. tostring(vim.version()))
  else
    health.error('Neovim is too old', 'athena needs 0.11 or later')
  end

  local config = vim.lsp.config.athena
  if not config then
    return health.error('there is no configuration of athena', 'put clients/neovim on the runtime path')
  end
  check_command('athena-lsp', config.cmd, {
    'install athena-lsp where Neovim finds it,',
    "or name it: vim.lsp.config('athena', { cmd = { '.venv/bin/athena-lsp' } })",
  })
  check_command('athena', require('athena').command(), {
    ':AthenaGraph needs it',
    "name it: vim.g.athena_command = { '.venv/bin/athena' }",
  })

  if vim.lsp.is_enabled and not vim.lsp.is_enabled('athena') then
    health.warn('athena is not enabled', "vim.lsp.enable('athena')")
  end
  local clients = vim.lsp.get_clients({ name = 'athena' })
  if #clients == 0 then
    health.info('no buffer is attached: open a Python file')
  end
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_count(client.attached_buffers)
    health.ok(('attached to %d buffer(s) below %s, counts in %s'):format(buffers, client.root_dir or 'no folder', client.offset_encoding))
  end
end

return M
