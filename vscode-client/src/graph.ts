/** The graph of a workflow in a panel: the same page as `athena preview` shows in a browser. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Location } from "vscode-languageclient/node";
import { reveal } from "./convert";
import { CHANGED, type Changed, EMIT, type Emitted, GRAPH, LOG } from "./protocol";
import type { Server } from "./server";

/** What the page says to its host. */
type FromPage =
  | { readonly type: "ready" }
  | { readonly type: "reveal"; readonly location: Location }
  | { readonly type: "log" | "openLog"; readonly node: string }
  | { readonly type: "runOnly"; readonly step: string };

/** Which graph a panel shows; the page keeps it while the window is loaded anew. */
interface Shown {
  readonly uri: string;
  readonly root: string;
}

const TYPE = "athena.graph";
const LOG_SCHEME = "athena-log";

export class Graphs implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #server: Server;
  readonly #panels = new Set<Panel>();
  /** Fires with the address of a log that is to be read anew. */
  readonly #logs = new vscode.EventEmitter<vscode.Uri>();
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
      vscode.window.registerWebviewPanelSerializer(TYPE, {
        deserializeWebviewPanel: async (view, kept?: Shown) => {
          if (kept?.uri) this.#show(view, kept);
          else view.dispose();
        },
      }),
      vscode.workspace.registerTextDocumentContentProvider(LOG_SCHEME, {
        onDidChange: this.#logs.event,
        provideTextDocumentContent: (uri) => this.#server.client?.sendRequest<string>(LOG, JSON.parse(uri.query)) ?? "",
      }),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) for (const panel of this.#panels) panel.rename(oldUri, newUri);
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
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const options = { enableScripts: true, retainContextWhenHidden: true };
    void vscode.commands.executeCommand("setContext", "athena.hasGraph", true);
    this.#show(vscode.window.createWebviewPanel(TYPE, `Graph: ${emitted.root}`, column, options), { uri: params.uri, root: emitted.root });
  }

  dispose(): void {
    this.#notifications?.dispose();
    vscode.Disposable.from(...this.#subscriptions, this.#logs).dispose();
  }

  #show(view: vscode.WebviewPanel, shown: Shown): void {
    const panel = new Panel(this.#context, this.#server, this.#logs, view, shown);
    this.#panels.add(panel);
    view.onDidDispose(() => this.#panels.delete(panel));
  }

  #listen(): void {
    this.#notifications?.dispose();
    this.#notifications = this.#server.client?.onNotification(CHANGED, (changed: Changed) => {
      for (const panel of this.#panels) if (panel.uri === changed.uri && panel.root === changed.root) void panel.update();
    });
    for (const panel of this.#panels) void panel.update();
  }
}

class Panel {
  readonly view: vscode.WebviewPanel;
  readonly root: string;
  readonly #server: Server;
  readonly #logs: vscode.EventEmitter<vscode.Uri>;
  uri: string;

  constructor(
    context: vscode.ExtensionContext,
    server: Server,
    logs: vscode.EventEmitter<vscode.Uri>,
    view: vscode.WebviewPanel,
    { uri, root }: Shown,
  ) {
    this.#server = server;
    this.#logs = logs;
    this.uri = uri;
    this.root = root;
    this.view = view;
    const page = vscode.Uri.joinPath(context.extensionUri, "bundled", "libs", "athena_lsp", "web", "static");
    view.webview.options = { enableScripts: true, localResourceRoots: [page] };
    view.webview.onDidReceiveMessage((message: FromPage) => void this.#hear(message));
    view.webview.html = html(view.webview, page);
  }

  /** Sends the page the program as it is now, and how its last run stands; without a server, that there is none. */
  async update(): Promise<void> {
    const { uri, root } = this;
    const client = this.#server.client;
    if (!client) {
      await this.view.webview.postMessage({ type: "problem", text: `athena is not running (${this.#server.state}): this may be out of date` });
      return;
    }
    const [graph, emitted] = await Promise.all([
      client.sendRequest<unknown>(GRAPH, { uri, root, runs: vscode.workspace.isTrusted }),
      client.sendRequest<Emitted | null>(EMIT, { uri, root }),
    ]);
    const gone = { type: "problem", text: `\`${root}\` is not there any more` };
    await this.view.webview.postMessage(graph && emitted ? { type: "preview", graph, emitted, uri } : gone);
  }

  /** Tells the page where the cursor of the program stands. */
  select(editor: vscode.TextEditor): void {
    const uri = editor.document.uri.toString();
    void this.view.webview.postMessage({ type: "cursor", uri, position: editor.selection.active });
  }

  /** Follows a file, or a folder, to its new name. */
  rename(from: vscode.Uri, to: vscode.Uri): void {
    const [old, now] = [from.toString(), to.toString()];
    if (this.uri !== old && !this.uri.startsWith(`${old}/`)) return;
    this.uri = now + this.uri.slice(old.length);
    void this.update();
  }

  async #hear(message: FromPage): Promise<void> {
    const { uri, root } = this;
    switch (message.type) {
      case "ready":
        return this.update();
      case "reveal":
        return reveal(message.location);
      case "log": {
        const text = await this.#server.client?.sendRequest<string>(LOG, { uri, root, node: message.node });
        await this.view.webview.postMessage({ type: "log", node: message.node, text: text ?? "" });
        return;
      }
      case "openLog": {
        const query = JSON.stringify({ uri, root, node: message.node });
        const log = vscode.Uri.from({ scheme: LOG_SCHEME, path: `/${message.node}.log`, query });
        this.#logs.fire(log);
        await vscode.window.showTextDocument(log, { preview: true });
        return;
      }
      case "runOnly":
        await vscode.commands.executeCommand("athena.run", uri, root, message.step);
    }
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
