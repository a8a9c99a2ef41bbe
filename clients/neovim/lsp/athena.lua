-- athena's language server for Neovim 0.11 and later.
--
-- Put this folder on the runtime path (a plugin manager does), then: vim.lsp.enable('athena')
--
-- :AthenaPreview shows the manifest of the workflow under the cursor beside the program and follows every edit.
-- :AthenaGraph shows its graph in a browser, :AthenaRun runs it on this machine. :checkhealth athena tells what is missing,
-- :help athena the rest.

local athena = require('athena')

---@type vim.lsp.Config
return {
  cmd = { 'athena-lsp' },
  filetypes = { 'python', 'toml' }, -- of TOML, the server looks at its settings alone
  root_markers = { 'athena.toml', 'pyproject.toml', '.git' },
  -- Neovim has no `workspace/textDocumentContent` yet: this plugin answers for it.
  capabilities = { workspace = { textDocumentContent = { dynamicRegistration = false } } },
  handlers = {
    ['athena/changed'] = function()
      athena.refresh()
    end,
    ['workspace/textDocumentContent/refresh'] = function(_, params)
      athena.refresh(params.uri)
      return vim.NIL
    end,
  },
  on_attach = function(_, buffer)
    if vim.bo[buffer].filetype ~= 'python' then
      return
    end
    local function command(name, run, what, more)
      vim.api.nvim_buf_create_user_command(buffer, name, function(given)
        run(buffer, given.fargs)
      end, vim.tbl_extend('error', { desc = what }, more or {}))
    end
    command('AthenaPreview', athena.preview, 'Show the manifest of the workflow under the cursor')
    command('AthenaGraph', athena.graph, 'Show the graph of the workflow under the cursor in a browser')
    command('AthenaRun', athena.run, 'Run the workflow under the cursor in a terminal', { nargs = '*', complete = athena.complete })
    vim.api.nvim_create_autocmd('CursorMoved', {
      group = vim.api.nvim_create_augroup('athena-follow-' .. buffer, {}),
      buffer = buffer,
      callback = function()
        athena.follow(buffer)
      end,
    })
  end,
}
