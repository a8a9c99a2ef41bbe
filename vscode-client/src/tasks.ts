/** athena's command line as tasks, whose findings go to the Problems panel, and in terminals. */
import { dirname } from "node:path";
import * as vscode from "vscode";
import { launcher, type Server } from "./server";

interface Definition extends vscode.TaskDefinition {
  readonly command: "check";
  readonly arguments?: readonly string[];
}

const TYPE = "athena";

export class Tasks implements vscode.TaskProvider {
  readonly #context: vscode.ExtensionContext;
  readonly #server: Server;

  constructor(context: vscode.ExtensionContext, server: Server) {
    this.#context = context;
    this.#server = server;
  }

  provideTasks(): vscode.Task[] {
    return [{ type: TYPE, command: "check" } satisfies Definition].flatMap((each) => this.#task(each) ?? []);
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    return this.#task(task.definition as Definition, task.scope);
  }

  /** Checks the whole workspace. */
  async check(): Promise<void> {
    const [task] = this.provideTasks();
    if (task) await vscode.tasks.executeTask(task);
    else void vscode.window.showErrorMessage("athena has no Python to run with.");
  }

  /** Runs `athena ARGUMENTS` in a terminal of its own, which stays when it ends, so that its result can be read. */
  inTerminal(name: string, args: readonly string[], cwd: vscode.Uri | undefined): void {
    const python = this.#server.python;
    if (!python) {
      void vscode.window.showErrorMessage("athena has no Python to run with.");
      return;
    }
    const command = ["-X", "utf8", launcher(this.#context), "athena", ...args];
    const execution = new vscode.ProcessExecution(python.path, command, { ...(cwd ? { cwd: cwd.fsPath } : {}), env: this.#environment() });
    const task = new vscode.Task({ type: "process" }, vscode.TaskScope.Workspace, name, "athena", execution, []);
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated, clear: true, focus: true };
    void vscode.tasks.executeTask(task);
  }

  /** Names the environment that the editor has chosen, as activating it would: steps run with its packages. */
  #environment(): Record<string, string> {
    const python = this.#server.environment;
    return python ? { VIRTUAL_ENV: dirname(dirname(python)) } : {};
  }

  #task(definition: Definition, scope?: vscode.Task["scope"]): vscode.Task | undefined {
    const python = this.#server.python;
    if (!python) return undefined;
    const command = ["-I", "-X", "utf8", launcher(this.#context), "athena", definition.command];
    const execution = new vscode.ProcessExecution(python.path, [...command, ...(definition.arguments ?? [])]);
    const where = scope ?? vscode.workspace.workspaceFolders?.[0] ?? vscode.TaskScope.Workspace;
    const task = new vscode.Task(definition, where, definition.command, "athena", execution, "$athena");
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Silent, clear: true };
    return task;
  }
}
