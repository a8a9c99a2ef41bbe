-- athena's language server for Neovim 0.11 and later.
--
-- Put this folder on the runtime path (a plugin manager does), then: vim.lsp.enable('athena')
--
-- :AthenaPreview shows the manifest of the workflow under the cursor beside the program and follows every edit.
-- :AthenaGraph shows its graph in a browser. :checkhealth athena tells what is missing.

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
    local function command(name, run, what)
      vim.api.nvim_buf_create_user_command(buffer, name, function()
        run(buffer)
      end, { desc = what })
    end
    command('AthenaPreview', athena.preview, 'Show the manifest of the workflow under the cursor')
    command('AthenaGraph', athena.graph, 'Show the graph of the workflow under the cursor in a browser')
  end,
}
