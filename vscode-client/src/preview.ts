/** The YAML beside the program: follows the edit and the cursor, and leads back by a click. */
import * as vscode from "vscode";
import type { Location } from "vscode-languageclient/node";
import { reveal } from "./convert";
import { CHANGED, COUNTERPART, type Counterpart, EMIT, type Emitted, type EmitParams, SCHEME } from "./protocol";
import type { Server } from "./server";

/** Where previews stood when the window was closed or loaded anew: the editor itself does not open them again. */
const OPEN = "previews";
type Open = readonly { readonly uri: string; readonly column: vscode.ViewColumn; readonly isActive: boolean }[];

export class Previews implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #server: Server;
  readonly #lines = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("editor.selectionHighlightBackground"),
    borderColor: new vscode.ThemeColor("contrastActiveBorder"),
    borderStyle: "dotted",
    borderWidth: "0 0 0 1px",
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.selectionHighlightForeground"),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
  });
  readonly #subscriptions: vscode.Disposable[];
  #notifications: vscode.Disposable | undefined;
  #left: Open | undefined;
  #clicks = 0;

  constructor(context: vscode.ExtensionContext, server: Server) {
    this.#context = context;
    this.#server = server;
    this.#left = context.workspaceState.get<Open>(OPEN, []);
    this.#subscriptions = [
      server.onDidChange(() => this.#listen()),
      vscode.window.onDidChangeTextEditorSelection((event) => this.#moved(event)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#highlightActive()),
      vscode.window.tabGroups.onDidChangeTabs(() => this.#remember()),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) void this.#rename(oldUri, newUri);
      }),
    ];
  }

  /** Opens the preview of the workflow at the cursor, beside the program. */
  async open(editor: vscode.TextEditor, root?: string): Promise<void> {
    const position = { line: editor.selection.active.line, character: editor.selection.active.character };
    const emitted = await this.emit({ uri: editor.document.uri.toString(), position, ...(root ? { root } : {}) });
    if (!emitted) {
      void vscode.window.showInformationMessage("There is no workflow or container here to preview.");
      return;
    }
    await show(vscode.Uri.parse(emitted.document), vscode.ViewColumn.Beside);
    await this.#highlight(editor);
    void vscode.commands.executeCommand("setContext", "athena.hasPreviewed", true);
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
    this.#notifications = this.#server.client?.onNotification(CHANGED, () => this.#highlightActive());
    if (this.#server.client) void this.#restore();
  }

  async #restore(): Promise<void> {
    const left = this.#left ?? [];
    this.#left = undefined;
    const open = new Set(openPreviews().map(({ uri }) => uri));
    for (const { uri, column, isActive } of left) if (!open.has(uri)) await show(vscode.Uri.parse(uri), column, !isActive);
  }

  #remember(): void {
    if (!this.#left) void this.#context.workspaceState.update(OPEN, openPreviews());
  }

  #moved({ textEditor, kind }: vscode.TextEditorSelectionChangeEvent): void {
    if (textEditor.document.uri.scheme === SCHEME) {
      if (kind === vscode.TextEditorSelectionChangeKind.Mouse) void this.#goBack(textEditor);
    } else if (textEditor.document.languageId === "python") {
      void this.#highlight(textEditor);
    }
  }

  #highlightActive(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId === "python") void this.#highlight(editor);
  }

  /** Lights the lines of the step under the cursor in every visible preview, and brings the first into view. */
  async #highlight(editor: vscode.TextEditor): Promise<void> {
    const previews = vscode.window.visibleTextEditors.filter(({ document }) => document.uri.scheme === SCHEME);
    if (!previews.length) return;
    const found = await this.#counterparts<Counterpart>(editor);
    const follow = vscode.workspace.getConfiguration("athena").get<boolean>("preview.followCursor", true);
    for (const preview of previews) {
      const shown = preview.document.uri.toString();
      const here = found.filter(({ uri }) => vscode.Uri.parse(uri).toString() === shown);
      const lines = here.map(({ range }) => new vscode.Range(range.start.line, 0, Math.max(range.start.line, range.end.line - 1), 0));
      preview.setDecorations(this.#lines, lines);
      if (lines[0] && follow) preview.revealRange(lines[0], vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  /** Moves the program's cursor to where the clicked line comes from. */
  async #goBack(preview: vscode.TextEditor): Promise<void> {
    const click = ++this.#clicks;
    const [nearest] = await this.#counterparts<Location>(preview);
    if (nearest && click === this.#clicks) await reveal(nearest); // a click may be told of twice
  }

  /** What stands on the other side for the cursor of an editor: of the program in manifests, of a manifest in the program. */
  async #counterparts<T>({ document, selection }: vscode.TextEditor): Promise<readonly T[]> {
    const { line, character } = selection.active;
    const params = { uri: document.uri.toString(), position: { line, character } };
    return (await this.#server.client?.sendRequest<readonly T[]>(COUNTERPART, params)) ?? [];
  }

  /** Shows the manifest of a file under its new name where that of the old one was. */
  async #rename(from: vscode.Uri, to: vscode.Uri): Promise<void> {
    for (const group of vscode.window.tabGroups.all)
      for (const tab of group.tabs) {
        const shown = tab.input instanceof vscode.TabInputText ? tab.input.uri : undefined;
        if (shown?.scheme !== SCHEME || shown.query !== from.toString()) continue;
        const emitted = await this.emit({ uri: to.toString(), root: shown.fragment });
        if (emitted) await show(vscode.Uri.parse(emitted.document), group.viewColumn);
        await vscode.window.tabGroups.close(tab);
      }
  }
}

function openPreviews(): Open {
  return vscode.window.tabGroups.all.flatMap(({ tabs, viewColumn }) =>
    tabs.flatMap(({ input, isActive }) =>
      input instanceof vscode.TabInputText && input.uri.scheme === SCHEME
        ? [{ uri: input.uri.toString(), column: viewColumn, isActive }]
        : [],
    ),
  );
}

/** Opens a manifest; in the background, behind what is there. */
async function show(uri: vscode.Uri, viewColumn: vscode.ViewColumn, background = false): Promise<void> {
  await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(uri), "yaml");
  await vscode.commands.executeCommand("vscode.open", uri, { viewColumn, preserveFocus: true, preview: false, background });
}
