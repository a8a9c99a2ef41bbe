-- What athena adds to a language server: the manifest of a workflow beside the program, its graph in a browser, and runs of
-- it in a terminal.

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

local namespace = vim.api.nvim_create_namespace('athena')

---The windows that show previews.
local function preview_windows()
  return vim.tbl_filter(function(window)
    return vim.startswith(vim.api.nvim_buf_get_name(vim.api.nvim_win_get_buf(window)), M.scheme)
  end, vim.api.nvim_tabpage_list_wins(0))
end

---Asks for what stands on the other side of the cursor: of a program in manifests, of a manifest in the program.
local function counterparts(buffer, use)
  local client = client_for(buffer)
  if not client then
    return
  end
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local line = vim.api.nvim_buf_get_lines(buffer, row - 1, row, false)[1] or ''
  local character = vim.str_utfindex(line, client.offset_encoding, math.min(column, #line))
  local uri = vim.startswith(vim.api.nvim_buf_get_name(buffer), M.scheme) and vim.api.nvim_buf_get_name(buffer)
    or vim.uri_from_bufnr(buffer)
  client:request('athena/counterpart', { uri = uri, position = { line = row - 1, character = character } }, function(problem, found)
    if not problem and found and vim.api.nvim_buf_is_valid(buffer) then
      use(found, client)
    end
  end, buffer)
end

---Lights the lines of the step under the cursor in every preview, and brings the first into view.
function M.follow(buffer)
  local windows = preview_windows()
  if #windows == 0 then
    return
  end
  counterparts(buffer, function(found)
    for _, window in ipairs(windows) do
      local shown = vim.api.nvim_win_is_valid(window) and vim.api.nvim_win_get_buf(window)
      local first
      if shown then
        vim.api.nvim_buf_clear_namespace(shown, namespace, 0, -1)
      end
      for _, each in ipairs(shown and found or {}) do
        local last = vim.api.nvim_buf_line_count(shown)
        if each.uri == vim.api.nvim_buf_get_name(shown) and each.range.start.line < last then
          local row = each.range.start.line
          local options = { end_row = math.min(each.range['end'].line, last), hl_group = 'Visual', hl_eol = true }
          vim.api.nvim_buf_set_extmark(shown, namespace, row, 0, options)
          first = math.min(first or row, row)
        end
      end
      if first then
        vim.api.nvim_win_set_cursor(window, { first + 1, 0 })
      end
    end
  end)
end

---Goes from the line under the cursor of a preview to the Python that it came from.
function M.back(buffer)
  counterparts(buffer, function(found, client)
    if not found[1] then
      return vim.notify('this line comes from no single place of the program', vim.log.levels.INFO)
    end
    local program = vim.fn.bufwinid(vim.uri_to_bufnr(found[1].uri))
    if program ~= -1 then
      vim.api.nvim_set_current_win(program)
    end
    vim.lsp.util.show_document(found[1], client.offset_encoding, { focus = true })
  end)
end

---Opens the preview of the workflow under the cursor beside the program.
function M.preview(buffer)
  emit(buffer, function(answer)
    vim.cmd('keepalt rightbelow vsplit ' .. vim.fn.fnameescape(answer.document))
    vim.cmd('wincmd p')
    M.follow(buffer)
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

---Runs a command in a terminal below, which stays when it has ended.
local function in_terminal(command, folder)
  vim.cmd('botright 14new')
  vim.fn.jobstart(command, { term = true, cwd = folder })
  vim.cmd('wincmd p')
end

---Asks for each of these arguments in turn, then calls `use` with what was given; not when somebody gives nothing.
local function ask(inputs, given, use)
  local input = table.remove(inputs, 1)
  if not input then
    return use(given)
  end
  local function take(text)
    if text then
      table.insert(given, input.name .. '=' .. text)
      ask(inputs, given, use)
    end
  end
  local prompt = ('%s: %s '):format(input.name, input.type)
  if #input.choices > 0 then
    return vim.ui.select(input.choices, { prompt = prompt }, take)
  end
  vim.ui.input({ prompt = prompt, completion = input.isArtifact and 'file' or nil }, take)
end

---Runs the workflow under the cursor on this machine; `given` are arguments as `name=value`. It asks for those that are
---missing and have no default. No shell is in between: a value is what it is.
function M.run(buffer, given)
  emit(buffer, function(answer)
    local client = client_for(buffer)
    local params = { uri = vim.uri_from_bufnr(buffer), root = answer.root }
    client:request('athena/inputs', params, function(_, inputs)
      local missing = vim.tbl_filter(function(input)
        return input.isRequired and not vim.iter(given):any(function(each)
          return vim.startswith(each, input.name .. '=')
        end)
      end, inputs or {})
      ask(missing, vim.deepcopy(given), function(arguments)
        vim.api.nvim_buf_call(buffer, function()
          vim.cmd('silent update')
        end)
        local command = vim.list_extend(vim.deepcopy(M.command()), { 'run', vim.api.nvim_buf_get_name(buffer) .. ':' .. answer.root })
        for _, each in ipairs(arguments) do
          vim.list_extend(command, { '-a', each })
        end
        in_terminal(command, client.root_dir)
      end)
    end, buffer)
  end)
end

---What can be written at the cursor of the command line for `:AthenaRun`: names of arguments, and values that can be counted.
function M.complete(lead)
  local buffer = vim.api.nvim_get_current_buf()
  local client = client_for(buffer)
  if not client then
    return {}
  end
  local at = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answer = client:request_sync('athena/inputs', { uri = at.textDocument.uri, position = at.position }, 1000, buffer)
  local found = {}
  for _, input in ipairs(answer and answer.result and answer.result ~= vim.NIL and answer.result or {}) do
    for _, value in ipairs(#input.choices > 0 and input.choices or { '' }) do
      table.insert(found, input.name .. '=' .. value)
    end
  end
  return vim.tbl_filter(function(each)
    return vim.startswith(each, lead)
  end, found)
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
    vim.keymap.set('n', '<CR>', function()
      M.back(event.buf)
    end, { buffer = event.buf, desc = 'Go to the Python that this line came from' })
    M.fill(event.buf)
  end,
})

return M
