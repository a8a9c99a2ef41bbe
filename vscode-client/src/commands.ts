/** The commands of the palette, of code lenses and of the editor's title. */
import * as vscode from "vscode";
import type { Location, Position } from "vscode-languageclient/node";
import { toPosition, toRange } from "./convert";
import { explain } from "./explain";
import type { Graphs } from "./graph";
import type { Previews } from "./preview";
import { report } from "./report";
import { run, runStep } from "./run";
import type { Server } from "./server";
import type { Tasks } from "./tasks";

interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly server: Server;
  readonly previews: Previews;
  readonly graphs: Graphs;
  readonly tasks: Tasks;
}

/** Where a code lens stands: the file's URI and the function's name. The palette gives neither. */
type Target = readonly [uri?: string, root?: string, step?: string];

export function registerCommands({ context, log, server, previews, graphs, tasks }: Parts): vscode.Disposable {
  const commands: Record<string, (...target: Target) => unknown> = {
    preview: (...target) => withEditor(target, (editor, root) => previews.open(editor, root)),
    graph: (...target) => withEditor(target, (editor, root) => graphs.open(editor, root)),
    emit: (...target) => withEditor(target, (editor, root) => emitToFile(previews, editor, root)),
    check: () => tasks.check(),
    run: (...target) => withEditor(target, (editor, root) => run({ context, server, previews, tasks }, editor, root, target[2])),
    runStep: (...target) => withEditor(target, (editor) => runStep({ context, server, previews, tasks }, editor)),
    explain: (rule) => explain(context, server, rule),
    restart: () => server.restart(),
    log: () => log.show(),
    report: () => report(context, server),
  };
  const register = ([name, run]: [string, (...target: Target) => unknown]): vscode.Disposable =>
    vscode.commands.registerCommand(`athena.${name}`, run);
  return vscode.Disposable.from(
    ...Object.entries(commands).map(register),
    vscode.commands.registerCommand("athena.showReferences", showReferences),
  );
}

/** Lists places that the server has found, as a code lens asks for. */
function showReferences(uri: string, at: Position, locations: readonly Location[]): Thenable<unknown> {
  const places = locations.map(({ uri, range }) => new vscode.Location(vscode.Uri.parse(uri), toRange(range)));
  return vscode.commands.executeCommand("editor.action.showReferences", vscode.Uri.parse(uri), toPosition(at), places);
}

async function withEditor(
  [uri, root]: Target,
  act: (editor: vscode.TextEditor, root?: string) => Promise<unknown>,
): Promise<unknown> {
  const open = vscode.window.visibleTextEditors.find((each) => each.document.uri.toString() === uri);
  const other = !open && uri ? await vscode.window.showTextDocument(vscode.Uri.parse(uri)) : undefined;
  const isProgram = (each: vscode.TextEditor | undefined): boolean => each?.document.languageId === "python";
  const active = vscode.window.activeTextEditor;
  const editor = open ?? other ?? (isProgram(active) ? active : vscode.window.visibleTextEditors.find(isProgram));
  if (editor?.document.uri.scheme === "vscode-notebook-cell")
    return vscode.window.showInformationMessage("athena reads Python files, and no notebooks.");
  if (editor && isProgram(editor)) return act(editor, root);
  return vscode.window.showInformationMessage("Open a Python file with a workflow first.");
}

/** Writes the manifest to a file that the user chooses. A program with errors is not written. */
async function emitToFile(previews: Previews, editor: vscode.TextEditor, root?: string): Promise<void> {
  const emitted = await previews.emit(target(editor, root));
  if (!emitted || emitted.stale) {
    const why = emitted ? `\`${emitted.root}\` has errors: mend them first.` : "There is no workflow here to emit.";
    void vscode.window.showWarningMessage(why);
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(editor.document.uri)?.uri ?? vscode.Uri.joinPath(editor.document.uri, "..");
  const file = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, `${emitted.root}.yaml`),
    filters: { YAML: ["yaml", "yml"] },
  });
  if (file) await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(emitted.text));
}

export function target(editor: vscode.TextEditor, root?: string): { uri: string; position: vscode.Position; root?: string } {
  return { uri: editor.document.uri.toString(), position: editor.selection.active, ...(root ? { root } : {}) };
}
