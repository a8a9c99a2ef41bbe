/** Starting, restarting and ending the language server. */
import * as vscode from "vscode";
import {
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  TransportKind,
} from "vscode-languageclient/node";
import { findPythons, type Python } from "./python";
import { serverSettings } from "./settings";

export type State = "starting" | "running" | "waiting" | "stopped" | "no python";

/** Waits before a crashed server is started again, in milliseconds; when all are over, it stays down. */
const BACK_OFF = [1_000, 2_000, 4_000, 8_000, 16_000];
/** A server that lived this long has not crashed because it was started. */
const HEALTHY_AFTER = 60_000;

/** The one server of a window. Starts and restarts follow each other, whoever asks for them. */
export class Server implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  #client: LanguageClient | undefined;
  #queue: Promise<void> = Promise.resolve();
  #environment: string | undefined;
  #crashes = 0;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  state: State = "stopped";
  python: Python | undefined;
  /** Fires when `state` or `client` is another one. */
  readonly onDidChange = this.#changed.event;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
  }

  /** The interpreter of the project's environment; undefined when the editor has chosen none. */
  get environment(): string | undefined {
    return this.#environment;
  }

  /** The running client; undefined when there is none. */
  get client(): LanguageClient | undefined {
    return this.state === "running" ? this.#client : undefined;
  }

  /** What the server says of itself, such as `0.1.0`. */
  get version(): string {
    return this.#client?.initializeResult?.serverInfo?.version ?? "unknown";
  }

  /** The file that the server writes its log to. */
  get logFile(): string {
    return vscode.Uri.joinPath(this.#context.logUri, "athena-lsp.log").fsPath;
  }

  /** Starts the server anew, with the settings and the Python of now. */
  restart(): Promise<void> {
    this.#crashes = 0;
    return this.#enqueue();
  }

  /** Tells the server that settings have changed. */
  async configure(): Promise<void> {
    const settings = { athena: serverSettings(this.#environment) };
    await this.client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    this.#set("stopped");
    if (client) await client.dispose(2_000).catch((error: unknown) => this.#log.debug(`stop: ${String(error)}`));
  }

  dispose(): void {
    void this.stop();
    this.#changed.dispose();
  }

  #enqueue(): Promise<void> {
    this.#queue = this.#queue.then(() => this.#start());
    return this.#queue;
  }

  async #start(): Promise<void> {
    await this.stop();
    this.#set("starting");
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const { server: python, environment, tried } = await findPythons(folder);
    for (const line of tried) this.#log.info(`Python: ${line}`);
    this.python = python;
    this.#environment = environment;
    if (!python) {
      this.#set("no python");
      void this.#offerPython();
      return;
    }
    await vscode.workspace.fs.createDirectory(this.#context.logUri);
    const client = new LanguageClient("athena", "athena", this.#command(python), this.#options());
    this.#client = client;
    this.#startedAt = Date.now();
    try {
      await client.start();
      this.#set("running");
      this.#log.info(`athena ${this.version} runs with ${python.path} (${python.version}, ${python.source})`);
    } catch (error) {
      this.#log.error(`athena did not start: ${String(error)}`);
      if (this.#client === client) this.#crashed();
    }
  }

  #command(python: Python): ServerOptions {
    const settings = vscode.workspace.getConfiguration("athena");
    const log = ["--log-file", this.logFile];
    const args =
      settings.get("importStrategy") === "fromEnvironment"
        ? ["-X", "utf8", "-m", "athena_lsp.server", ...log]
        : ["-I", "-X", "utf8", launcher(this.#context), "lsp", ...log];
    return { command: python.path, args, transport: TransportKind.stdio };
  }

  #options(): LanguageClientOptions {
    const environment = this.#environment;
    return {
      documentSelector: [
        { language: "python", scheme: "file" },
        { language: "python", scheme: "untitled" },
        { pattern: "**/{athena,pyproject}.toml", scheme: "file" },
      ],
      initializationOptions: serverSettings(environment),
      middleware: {
        workspace: {
          // The client would send all that stands under `athena`, also what is the extension's own: `configure` does it.
          didChangeConfiguration: () => Promise.resolve(),
          configuration: ({ items }) =>
            items.map(({ scopeUri }) => serverSettings(environment, scopeUri ? vscode.Uri.parse(scopeUri) : undefined)),
        },
      },
      outputChannel: this.#log,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          this.#crashed();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
  }

  /** The server ended by itself: it is started again, later each time, until it is plain that this does not help. */
  #crashed(): void {
    if (this.state === "stopped" || this.state === "waiting") return;
    if (Date.now() - this.#startedAt > HEALTHY_AFTER) this.#crashes = 0;
    const wait = BACK_OFF[this.#crashes++];
    this.#log.error(`athena's server has ended by itself; ${wait ? `starting again in ${wait} ms` : "giving up"}`);
    if (wait === undefined) {
      this.#set("stopped");
      void this.#offerRestart();
      return;
    }
    this.#set("waiting");
    this.#timer = setTimeout(() => void this.#enqueue(), wait);
  }

  async #offerRestart(): Promise<void> {
    const message = `athena's server has ended ${BACK_OFF.length + 1} times and is not started again.`;
    const chosen = await vscode.window.showErrorMessage(message, "Restart", "Show Log", "Report a Problem");
    const commands: Record<string, string> = { Restart: "restart", "Show Log": "log", "Report a Problem": "report" };
    if (chosen) await vscode.commands.executeCommand(`athena.${commands[chosen]}`);
  }

  async #offerPython(): Promise<void> {
    const message = "athena needs Python 3.11 or later to run its server, and none was found.";
    const chosen = await vscode.window.showErrorMessage(message, "Choose Python", "Open Setting", "Show Log");
    if (chosen === "Open Setting")
      await vscode.commands.executeCommand("workbench.action.openSettings", "athena.interpreter");
    if (chosen === "Show Log") this.#log.show();
    if (chosen === "Choose Python") {
      const found = await vscode.window.showOpenDialog({ title: "Python 3.11 or later", canSelectMany: false });
      const path = found?.[0]?.fsPath;
      const settings = vscode.workspace.getConfiguration("athena");
      if (path) await settings.update("interpreter", path, vscode.ConfigurationTarget.Global);
    }
  }

  #set(state: State): void {
    this.state = state;
    this.#changed.fire();
  }
}

/** The script that runs athena's commands from the packages inside the extension. */
export function launcher(context: vscode.ExtensionContext): string {
  return vscode.Uri.joinPath(context.extensionUri, "bundled", "run.py").fsPath;
}
