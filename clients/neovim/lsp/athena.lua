-- athena's language server for Neovim 0.11 and later.
--
-- Put this folder on the runtime path (a plugin manager does), then: vim.lsp.enable('athena')
--
-- :AthenaPreview shows the manifest of the workflow under the cursor beside the program and follows every edit.

local SCHEME = 'athena-yaml://'

---The client that knows a preview, or that is attached to a buffer.
local function client_for(buffer)
  return vim.lsp.get_clients({ name = 'athena', bufnr = buffer })[1] or vim.lsp.get_clients({ name = 'athena' })[1]
end

---Puts the current text of a preview into its buffer.
local function fill(buffer)
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

---The loaded previews.
local function previews()
  return vim.tbl_filter(function(buffer)
    return vim.api.nvim_buf_is_loaded(buffer) and vim.startswith(vim.api.nvim_buf_get_name(buffer), SCHEME)
  end, vim.api.nvim_list_bufs())
end

local function fill_all()
  for _, buffer in ipairs(previews()) do
    fill(buffer)
  end
end

vim.api.nvim_create_autocmd('BufReadCmd', {
  group = vim.api.nvim_create_augroup('athena-preview', {}),
  pattern = SCHEME .. '*',
  callback = function(event)
    vim.bo[event.buf].buftype = 'nofile'
    vim.bo[event.buf].swapfile = false
    vim.bo[event.buf].filetype = 'yaml'
    fill(event.buf)
  end,
})

---Opens the preview of the workflow under the cursor beside the program.
local function preview(buffer)
  local client = client_for(buffer)
  if not client then
    return vim.notify('athena is not running here', vim.log.levels.WARN)
  end
  local at = vim.lsp.util.make_position_params(0, client.offset_encoding)
  client:request('athena/emit', { uri = at.textDocument.uri, position = at.position }, function(problem, answer)
    if problem or not answer or answer == vim.NIL then
      return vim.notify('no workflow here', vim.log.levels.INFO)
    end
    vim.cmd('keepalt rightbelow vsplit ' .. vim.fn.fnameescape(answer.document))
    vim.cmd('wincmd p')
  end, buffer)
end

---@type vim.lsp.Config
return {
  cmd = { 'athena-lsp' },
  filetypes = { 'python' },
  root_markers = { 'athena.toml', 'pyproject.toml', '.git' },
  -- Neovim has no `workspace/textDocumentContent` yet: this file answers for it.
  capabilities = { workspace = { textDocumentContent = { dynamicRegistration = false } } },
  handlers = {
    ['athena/changed'] = fill_all,
    ['workspace/textDocumentContent/refresh'] = function(_, params)
      for _, buffer in ipairs(previews()) do
        if vim.api.nvim_buf_get_name(buffer) == params.uri then
          fill(buffer)
        end
      end
      return vim.NIL
    end,
  },
  on_attach = function(_, buffer)
    vim.api.nvim_buf_create_user_command(buffer, 'AthenaPreview', function()
      preview(buffer)
    end, { desc = 'Show the manifest of the workflow under the cursor' })
  end,
}
