/** The graph of a workflow in a panel: the same page as `athena preview` shows in a browser. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Location } from "vscode-languageclient/node";
import { reveal } from "./convert";
import { CHANGED, type Changed, EMIT, type Emitted, GRAPH } from "./protocol";
import type { Server } from "./server";

/** What the page says to its host. */
type FromPage = { readonly type: "ready" } | { readonly type: "reveal"; readonly location: Location };

export class Graphs implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #server: Server;
  readonly #panels = new Set<Panel>();
  readonly #subscriptions: vscode.Disposable[];
  #notifications: vscode.Disposable | undefined;

  constructor(context: vscode.ExtensionContext, server: Server) {
    this.#context = context;
    this.#server = server;
    this.#subscriptions = [
      server.onDidChange(() => this.#listen()),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        for (const panel of this.#panels) panel.select(textEditor);
      }),
    ];
    this.#listen();
  }

  /** Opens the graph of the workflow at the cursor beside the program, or brings it to the front. */
  async open(editor: vscode.TextEditor, root?: string): Promise<void> {
    const { line, character } = editor.selection.active;
    const params = { uri: editor.document.uri.toString(), position: { line, character }, ...(root ? { root } : {}) };
    const emitted = await this.#server.client?.sendRequest<Emitted | null>(EMIT, params);
    if (!emitted) {
      void vscode.window.showInformationMessage("There is no workflow or container here to draw.");
      return;
    }
    const known = [...this.#panels].find((each) => each.uri === params.uri && each.root === emitted.root);
    if (known) {
      known.view.reveal(undefined, true);
      return;
    }
    const panel = new Panel(this.#context, this.#server, params.uri, emitted.root);
    this.#panels.add(panel);
    panel.view.onDidDispose(() => this.#panels.delete(panel));
  }

  dispose(): void {
    this.#notifications?.dispose();
    for (const panel of this.#panels) panel.view.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #listen(): void {
    this.#notifications?.dispose();
    this.#notifications = this.#server.client?.onNotification(CHANGED, (changed: Changed) => {
      for (const panel of this.#panels)
        if (panel.uri === changed.uri && panel.root === changed.root) void panel.update();
    });
  }
}

class Panel {
  readonly view: vscode.WebviewPanel;
  readonly uri: string;
  readonly root: string;
  readonly #server: Server;

  constructor(context: vscode.ExtensionContext, server: Server, uri: string, root: string) {
    this.#server = server;
    this.uri = uri;
    this.root = root;
    const page = vscode.Uri.joinPath(context.extensionUri, "bundled", "libs", "athena_lsp", "web", "static");
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const options = { enableScripts: true, localResourceRoots: [page], retainContextWhenHidden: true };
    this.view = vscode.window.createWebviewPanel("athena.graph", `Graph: ${root}`, column, options);
    this.view.webview.onDidReceiveMessage((message: FromPage) => void this.#hear(message));
    this.view.webview.html = html(this.view.webview, page);
  }

  /** Sends the page the program as it is now. */
  async update(): Promise<void> {
    const params = { uri: this.uri, root: this.root };
    const client = this.#server.client;
    const [graph, emitted] = await Promise.all([
      client?.sendRequest<unknown>(GRAPH, params),
      client?.sendRequest<Emitted | null>(EMIT, params),
    ]);
    if (graph && emitted) await this.view.webview.postMessage({ type: "preview", graph, emitted });
  }

  /** Tells the page where the cursor of the program stands. */
  select(editor: vscode.TextEditor): void {
    const uri = editor.document.uri.toString();
    void this.view.webview.postMessage({ type: "cursor", uri, position: editor.selection.active });
  }

  async #hear(message: FromPage): Promise<void> {
    if (message.type === "ready") await this.update();
    else await reveal(message.location);
  }
}

function html(webview: vscode.Webview, page: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const at = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(page, name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${at("page.css")}">
<title>athena</title>
</head>
<body><main id="athena"></main><script nonce="${nonce}" src="${at("page.js")}"></script></body>
</html>`;
}
