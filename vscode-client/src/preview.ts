/** The YAML beside the program: follows the edit and the cursor, and leads back by a click. */
import * as vscode from "vscode";
import { reveal, toRange } from "./convert";
import { CHANGED, type Changed, EMIT, type Emitted, type EmitParams, type Origin, SCHEME } from "./protocol";
import type { Server } from "./server";

/** A preview that is open: what it was made of, and where its lines come from. */
interface Shown {
  readonly uri: string;
  readonly root: string;
  origins: readonly Origin[] | undefined;
}

export class Previews implements vscode.Disposable {
  readonly #server: Server;
  readonly #shown = new Map<string, Shown>();
  readonly #lines = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("editor.selectionHighlightBackground"),
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.selectionHighlightForeground"),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
  });
  readonly #subscriptions: vscode.Disposable[];
  #notifications: vscode.Disposable | undefined;

  constructor(server: Server) {
    this.#server = server;
    this.#subscriptions = [
      server.onDidChange(() => this.#listen()),
      vscode.window.onDidChangeTextEditorSelection((event) => this.#moved(event)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#shown.delete(document.uri.toString())),
    ];
  }

  /** Opens the preview of the workflow at the cursor, beside the program. */
  async open(editor: vscode.TextEditor, root?: string): Promise<vscode.TextEditor | undefined> {
    const position = { line: editor.selection.active.line, character: editor.selection.active.character };
    const emitted = await this.emit({ uri: editor.document.uri.toString(), position, ...(root ? { root } : {}) });
    if (!emitted) {
      void vscode.window.showInformationMessage("There is no workflow or container here to preview.");
      return undefined;
    }
    const uri = vscode.Uri.parse(emitted.document);
    const document = await vscode.workspace.openTextDocument(uri);
    const origins = emitted.stale ? [] : emitted.origins;
    this.#shown.set(document.uri.toString(), { uri: editor.document.uri.toString(), root: emitted.root, origins });
    const shown = await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: false,
    });
    await vscode.languages.setTextDocumentLanguage(shown.document, "yaml");
    await this.#highlight(editor);
    return shown;
  }

  /** Asks the server for a manifest; undefined when it is down or the file has none. */
  async emit(params: EmitParams): Promise<Emitted | undefined> {
    return (await this.#server.client?.sendRequest<Emitted | null>(EMIT, params)) ?? undefined;
  }

  dispose(): void {
    this.#notifications?.dispose();
    vscode.Disposable.from(...this.#subscriptions, this.#lines).dispose();
  }

  #listen(): void {
    this.#notifications?.dispose();
    this.#notifications = this.#server.client?.onNotification(CHANGED, (changed: Changed) => {
      for (const shown of this.#shown.values())
        if (shown.uri === changed.uri && shown.root === changed.root) shown.origins = undefined;
      const editor = vscode.window.activeTextEditor;
      if (editor?.document.languageId === "python") void this.#highlight(editor);
    });
  }

  #moved(event: vscode.TextEditorSelectionChangeEvent): void {
    if (event.textEditor.document.uri.scheme === SCHEME) {
      if (event.kind === vscode.TextEditorSelectionChangeKind.Mouse) void this.#goBack(event.textEditor);
    } else if (event.textEditor.document.languageId === "python") {
      void this.#highlight(event.textEditor);
    }
  }

  /** Lights the lines of the step under the cursor in every visible preview, and brings the first into view. */
  async #highlight(editor: vscode.TextEditor): Promise<void> {
    const at = editor.selection.active;
    for (const preview of vscode.window.visibleTextEditors) {
      const origins = await this.#origins(preview.document.uri);
      if (!origins) continue;
      const here = origins
        .filter((origin) => origin.location.uri === editor.document.uri.toString())
        .map((origin) => ({ origin, range: toRange(origin.location.range) }))
        .filter(({ range }) => range.contains(at));
      const smallest = here.reduce<vscode.Range | undefined>(
        (best, { range }) => (best?.contains(range) === false ? best : range),
        undefined,
      );
      const lines = here
        .filter(({ range }) => smallest && range.isEqual(smallest))
        .map(({ origin }) => new vscode.Range(origin.lines[0], 0, origin.lines[1], 0));
      preview.setDecorations(this.#lines, lines);
      const follow = vscode.workspace.getConfiguration("athena").get<boolean>("preview.followCursor", true);
      if (lines[0] && follow) preview.revealRange(lines[0], vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  /** Moves the program's cursor to where the clicked line comes from. */
  async #goBack(preview: vscode.TextEditor): Promise<void> {
    const line = preview.selection.active.line;
    const origins = await this.#origins(preview.document.uri);
    const origin = origins?.find(({ lines: [first, last] }) => first <= line && line <= last);
    if (origin) await reveal(origin.location);
  }

  /** Where the lines of a preview come from; undefined for any other document, and while its text is a stale one. */
  async #origins(uri: vscode.Uri): Promise<readonly Origin[] | undefined> {
    const shown = this.#shown.get(uri.toString());
    if (!shown) return undefined;
    if (!shown.origins) {
      const emitted = await this.emit({ uri: shown.uri, root: shown.root });
      shown.origins = emitted && !emitted.stale ? emitted.origins : [];
    }
    return shown.origins;
  }
}
