/** The settings that somebody has made: of the others, what the project's own files say counts. */
import * as vscode from "vscode";

/** Settings of the extension itself, which mean nothing to the server. */
const OWN = new Set(["interpreter", "importStrategy", "preview", "trace"]);

export function chosenSettings(scope?: vscode.Uri): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration("athena", scope);
  const chosen: Record<string, unknown> = {};
  for (const key of Object.keys(settings)) {
    const found = OWN.has(key) || typeof settings[key] === "function" ? undefined : settings.inspect(key);
    const value = found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
    if (value !== undefined) chosen[key] = value;
  }
  return chosen;
}
