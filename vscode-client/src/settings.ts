/** The settings that somebody has made: of the others, what the project's own files say counts. */
import * as vscode from "vscode";

/** Settings of the extension itself, which mean nothing to the server. */
const OWN = new Set(["interpreter", "importStrategy", "preview", "trace"]);
/** Commands of this extension that the server may put into code lenses. */
const COMMANDS = ["athena.preview", "athena.graph", "athena.run", "athena.showReferences"];

/** What the server is told of the editor; `environment` is the Python whose packages the program uses. */
export function serverSettings(environment: string | undefined, scope?: vscode.Uri): Record<string, unknown> {
  return { python: environment ?? "", ...chosenSettings(scope), commands: COMMANDS };
}

function chosenSettings(scope: vscode.Uri | undefined): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration("athena", scope);
  const chosen: Record<string, unknown> = {};
  for (const key of Object.keys(settings)) {
    const found = OWN.has(key) || typeof settings[key] === "function" ? undefined : settings.inspect(key);
    const value = found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
    if (value !== undefined) chosen[key] = value;
  }
  return chosen;
}
