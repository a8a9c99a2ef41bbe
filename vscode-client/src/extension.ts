/** The extension: starts athena's server and shows what it knows. All that is clever happens in the server. */
import * as vscode from "vscode";
import { registerCommands } from "./commands";
import { registerPages } from "./explain";
import { Graphs } from "./graph";
import { Previews } from "./preview";
import { onDidChangePython } from "./python";
import { Server } from "./server";
import { createStatus } from "./status";
import { Tasks } from "./tasks";

/** Settings that the server must be started anew for. */
const NEEDS_RESTART = ["interpreter", "importStrategy"].map((key) => `athena.${key}`);
const USES_ATHENA = /^\s*(from|import)\s+athena_runtime\b/m;

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("athena", { log: true });
  server = new Server(context, log);
  const restart = (): void => void server?.restart();
  const previews = new Previews(context, server);
  const graphs = new Graphs(context, server);
  const tasks = new Tasks(context, server);
  context.subscriptions.push(
    log,
    previews,
    graphs,
    createStatus(server),
    registerCommands({ context, log, server, previews, graphs, tasks }),
    registerPages(context, server),
    vscode.tasks.registerTaskProvider("athena", tasks),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (NEEDS_RESTART.some((key) => event.affectsConfiguration(key))) restart();
      else if (event.affectsConfiguration("athena")) void server?.configure();
    }),
    vscode.window.onDidChangeActiveTextEditor(tellWhetherProgram),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      const editor = vscode.window.activeTextEditor;
      if (document === editor?.document) tellWhetherProgram(editor);
    }),
    { dispose: () => server?.dispose() },
  );
  tellWhetherProgram(vscode.window.activeTextEditor);
  await server.restart();
  context.subscriptions.push(await onDidChangePython(restart));
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}

/** Whether the buttons in the editor's title have something to show. */
function tellWhetherProgram(editor: vscode.TextEditor | undefined): void {
  const isProgram = editor?.document.languageId === "python" && USES_ATHENA.test(editor.document.getText());
  void vscode.commands.executeCommand("setContext", "athena.isProgram", isProgram);
}
