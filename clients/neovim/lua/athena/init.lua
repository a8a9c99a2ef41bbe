-- What athena adds to a language server: the manifest of a workflow beside the program, and its graph in a browser.

local M = {}

M.scheme = 'athena-yaml://'

---The client that is attached to a buffer, or for a preview the one that made it.
local function client_for(buffer)
  return vim.lsp.get_clients({ name = 'athena', bufnr = buffer })[1] or vim.lsp.get_clients({ name = 'athena' })[1]
end

---The command line of `athena`: `vim.g.athena_command`, else the `athena` beside the server, else the one on the path.
function M.command()
  if vim.g.athena_command then
    return vim.g.athena_command
  end
  local config = vim.lsp.config.athena
  local server = config and type(config.cmd) == 'table' and config.cmd[1] or 'athena-lsp'
  local beside = vim.fs.joinpath(vim.fs.dirname(server), 'athena')
  return { server:find('[/\\]') and vim.fn.executable(beside) == 1 and beside or 'athena' }
end

---Asks for the manifest of the workflow under the cursor, and calls `use` with the answer.
local function emit(buffer, use)
  local client = client_for(buffer)
  if not client then
    return vim.notify('athena is not running here', vim.log.levels.WARN)
  end
  local at = vim.lsp.util.make_position_params(0, client.offset_encoding)
  client:request('athena/emit', { uri = at.textDocument.uri, position = at.position }, function(problem, answer)
    if problem or not answer or answer == vim.NIL then
      return vim.notify('no workflow here', vim.log.levels.INFO)
    end
    use(answer)
  end, buffer)
end

---Opens the preview of the workflow under the cursor beside the program.
function M.preview(buffer)
  emit(buffer, function(answer)
    vim.cmd('keepalt rightbelow vsplit ' .. vim.fn.fnameescape(answer.document))
    vim.cmd('wincmd p')
  end)
end

---Puts the current text of a preview into its buffer.
function M.fill(buffer)
  local client = client_for()
  if not client or not vim.api.nvim_buf_is_loaded(buffer) then
    return
  end
  local uri = vim.api.nvim_buf_get_name(buffer)
  client:request('workspace/textDocumentContent', { uri = uri }, function(problem, answer)
    if problem or not answer or not vim.api.nvim_buf_is_valid(buffer) then
      return
    end
    local lines = vim.split(answer.text:gsub('\n$', ''), '\n')
    vim.bo[buffer].modifiable = true
    vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
    vim.bo[buffer].modifiable = false
    vim.bo[buffer].modified = false
  end, buffer)
end

---Fills the loaded previews; with a URI, that one alone.
function M.refresh(uri)
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    local name = vim.api.nvim_buf_get_name(buffer)
    if vim.api.nvim_buf_is_loaded(buffer) and vim.startswith(name, M.scheme) and (uri == nil or name == uri) then
      M.fill(buffer)
    end
  end
end

local pages = {}

---Opens the page with the graph of the workflow under the cursor in a browser. It follows what is written to the disk.
function M.graph(buffer)
  emit(buffer, function(answer)
    local file = vim.api.nvim_buf_get_name(buffer)
    local target = file .. ':' .. answer.root
    if pages[target] then
      return vim.ui.open(pages[target].address)
    end
    local command = vim.list_extend(vim.deepcopy(M.command()), { 'preview', target, '--no-open' })
    local job
    job = vim.system(command, {
      text = true,
      stdout = vim.schedule_wrap(function(_, text)
        local address = text and text:match('http://%S+')
        if address and not pages[target] then
          pages[target] = { address = address, job = job }
          vim.ui.open(address)
        end
      end),
    }, vim.schedule_wrap(function(done)
      if not pages[target] then
        vim.notify('athena preview: ' .. vim.trim(done.stderr or ''), vim.log.levels.ERROR)
      end
      pages[target] = nil
    end))
  end)
end

---Ends the pages that are being served.
function M.close()
  for _, page in pairs(pages) do
    page.job:kill('sigterm')
  end
end

local group = vim.api.nvim_create_augroup('athena', {})
vim.api.nvim_create_autocmd('VimLeavePre', { group = group, callback = M.close })
vim.api.nvim_create_autocmd('BufReadCmd', {
  group = group,
  pattern = M.scheme .. '*',
  callback = function(event)
    vim.bo[event.buf].buftype = 'nofile'
    vim.bo[event.buf].swapfile = false
    vim.bo[event.buf].filetype = 'yaml'
    M.fill(event.buf)
  end,
})

return M
