/** From the protocol's positions to the editor's, and showing a place of the program. */
import * as vscode from "vscode";
import type { Location, Position, Range } from "vscode-languageclient/node";

export function toPosition({ line, character }: Position): vscode.Position {
  return new vscode.Position(line, character);
}

export function toRange({ start, end }: Range): vscode.Range {
  return new vscode.Range(toPosition(start), toPosition(end));
}

/** Puts the cursor of the program to a place, in the editor that shows it or in the first column. */
export async function reveal({ uri, range }: Location): Promise<void> {
  const open = vscode.window.visibleTextEditors.find((each) => each.document.uri.toString() === uri);
  const start = toPosition(range.start);
  await vscode.window.showTextDocument(open?.document ?? (await vscode.workspace.openTextDocument(vscode.Uri.parse(uri))), {
    viewColumn: open?.viewColumn ?? vscode.ViewColumn.One,
    selection: new vscode.Range(start, start),
  });
}
