/** Pages of rules, shown as Markdown. */
import { execFile } from "node:child_process";
import * as vscode from "vscode";
import { launcher, type Server } from "./server";

const SCHEME = "athena-rule";

/** Explains one rule: the given one, that of the finding under the cursor, or one that is chosen from the list. */
export async function explain(context: vscode.ExtensionContext, server: Server, rule?: string): Promise<void> {
  const python = server.python?.path;
  if (!python) return;
  const name = rule ?? ruleAtCursor() ?? (await choose(context, python));
  if (name) await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.parse(`${SCHEME}:/${name}.md`));
}

export function registerPages(context: vscode.ExtensionContext, server: Server): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    async provideTextDocumentContent(uri) {
      const name = uri.path.replace(/^\/|\.md$/g, "");
      return server.python ? athena(context, server.python.path, ["explain", name]) : "athena has no Python to run with.";
    },
  });
}

function ruleAtCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  const at = editor?.selection.active;
  const found = editor && at && vscode.languages.getDiagnostics(editor.document.uri).find((each) => each.source === "athena" && each.range.contains(at));
  const code = found?.code;
  return typeof code === "object" ? String(code.value) : code === undefined ? undefined : String(code);
}

async function choose(context: vscode.ExtensionContext, python: string): Promise<string | undefined> {
  const rules = JSON.parse(await athena(context, python, ["rules", "--json"])) as { name: string; summary: string }[];
  const items = rules.map(({ name, summary }) => ({ label: name, detail: summary }));
  return (await vscode.window.showQuickPick(items, { title: "Explain Rule", matchOnDetail: true }))?.label;
}

/** What `athena ARGUMENTS` prints. Rejects with what it says of a failure. */
function athena(context: vscode.ExtensionContext, python: string, args: readonly string[]): Promise<string> {
  const command = ["-I", "-X", "utf8", launcher(context), "athena", ...args];
  return new Promise((resolve, reject) => {
    execFile(python, command, { timeout: 30_000, windowsHide: true, env: { ...process.env, NO_COLOR: "1" } }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr || error.message)) : resolve(stdout),
    );
  });
}
