/** Finding a Python that can run the server, and the environment whose packages the program uses. */
import { execFile } from "node:child_process";
import * as vscode from "vscode";

export interface Python {
  /** The interpreter's path. */
  readonly path: string;
  /** Such as `3.12.4`. */
  readonly version: string;
  /** Who named it. */
  readonly source: string;
}

export interface Pythons {
  /** Runs the server; undefined when none is new enough. */
  readonly server: Python | undefined;
  /** The interpreter of the project's environment, of any version; undefined when the project names none. */
  readonly environment: string | undefined;
  /** What was tried, one line each. */
  readonly tried: readonly string[];
}

/** The parts that we use of the Python Environments extension and of the Python extension. */
interface EnvironmentsApi {
  getEnvironment(scope: vscode.Uri | undefined): Promise<{ execInfo?: { run?: { executable?: string } } } | undefined>;
  readonly onDidChangeEnvironment?: vscode.Event<unknown>;
}
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(path: { path: string }): Promise<{ executable?: { uri?: vscode.Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

const ENVIRONMENTS = "ms-python.vscode-python-envs";
const PYTHON = "ms-python.python";
const OLDEST: readonly [number, number] = [3, 11];
const PROBE = "import sys; print('.'.join(map(str, sys.version_info[:3])))";
const NAMES = process.platform === "win32" ? ["python3", "python", "py"] : ["python3", "python"];

/** The Pythons for a folder. In a workspace that is not trusted, only those of the machine. */
export async function findPythons(folder: vscode.Uri | undefined): Promise<Pythons> {
  const tried: string[] = [];
  let environment: string | undefined;
  let server: Python | undefined;
  for await (const { path, source, isProject } of candidates(folder)) {
    if (isProject) environment ??= path;
    if (server) break;
    const version = await versionOf(path);
    tried.push(`${path} (${source}): ${version ?? "does not run"}`);
    if (version && isNewEnough(version)) server = { path, version, source };
  }
  return { server, environment, tried };
}

/** Calls `listener` whenever the editor's choice of a Python changes. */
export async function onDidChangePython(listener: () => void): Promise<vscode.Disposable> {
  const environments = await api<EnvironmentsApi>(ENVIRONMENTS);
  const python = await api<PythonApi>(PYTHON);
  return vscode.Disposable.from(
    environments?.onDidChangeEnvironment?.(listener) ?? { dispose: () => undefined },
    python?.environments.onDidChangeActiveEnvironmentPath(listener) ?? { dispose: () => undefined },
  );
}

interface Candidate {
  readonly path: string;
  readonly source: string;
  /** It belongs to the project, and not only to the machine. */
  readonly isProject: boolean;
}

async function* candidates(folder: vscode.Uri | undefined): AsyncGenerator<Candidate> {
  const configured = vscode.workspace.getConfiguration("athena", folder).get<string>("interpreter");
  if (configured) yield { path: configured, source: "setting athena.interpreter", isProject: true };
  if (vscode.workspace.isTrusted) {
    const environments = await api<EnvironmentsApi>(ENVIRONMENTS);
    const chosen = await quietly(environments?.getEnvironment(folder));
    const executable = chosen?.execInfo?.run?.executable;
    if (executable) yield { path: executable, source: "Python Environments extension", isProject: true };
    const python = await api<PythonApi>(PYTHON);
    const active = python?.environments.getActiveEnvironmentPath(folder);
    const resolved = await quietly(active && python?.environments.resolveEnvironment(active));
    const path = resolved?.executable?.uri?.fsPath;
    if (path) yield { path, source: "Python extension", isProject: true };
  }
  for (const path of NAMES) yield { path, source: "search path", isProject: false };
}

async function api<T>(id: string): Promise<T | undefined> {
  const extension = vscode.extensions.getExtension<T>(id);
  return extension && quietly(extension.activate());
}

/** The value of a promise of somebody else's code; undefined when it fails. */
async function quietly<T>(promise: Thenable<T> | undefined): Promise<T | undefined> {
  try {
    return await promise;
  } catch {
    return undefined;
  }
}

function versionOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(path, ["-I", "-S", "-c", PROBE], { timeout: 10_000, windowsHide: true }, (error, stdout) =>
      resolve(error ? undefined : stdout.trim() || undefined),
    );
  });
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
