/** Running a workflow on this machine, in a terminal: asks for its arguments before. */
import * as vscode from "vscode";
import { toRange } from "./convert";
import type { Previews } from "./preview";
import { GRAPH, type Graph, INPUT, type Input, INPUTS } from "./protocol";
import type { Server } from "./server";
import type { Tasks } from "./tasks";

interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly server: Server;
  readonly previews: Previews;
  readonly tasks: Tasks;
}

/** The function that is run. */
interface Root {
  readonly uri: string;
  readonly root: string;
}

/** The texts that were given, by parameter; where the default is meant, nothing. */
type Given = Readonly<Record<string, string>>;
/** How the arguments are given; undefined when the user has changed their mind. */
type Arguments = readonly string[] | undefined;

/** Runs a function, or with `step` that step alone, with what the last run gave it. */
export async function run({ context, server, previews, tasks }: Parts, editor: vscode.TextEditor, name?: string, step?: string): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage("A program is run only in a workspace that you trust.");
    return;
  }
  const { line, character } = editor.selection.active;
  const uri = editor.document.uri.toString();
  const emitted = await previews.emit({ uri, position: { line, character }, ...(name ? { root: name } : {}) });
  if (!emitted) {
    void vscode.window.showInformationMessage("There is no workflow or container here to run.");
    return;
  }
  const { root } = emitted;
  const folder = vscode.workspace.getWorkspaceFolder(editor.document.uri)?.uri;
  const given = step === undefined ? await askAll(context, server, { uri, root }, folder) : ["--only", `/${step}`];
  if (!given) return;
  await editor.document.save();
  void vscode.commands.executeCommand("setContext", "athena.hasRun", true);
  const path = vscode.workspace.asRelativePath(editor.document.uri, false);
  tasks.inTerminal(`athena run ${root}`, ["run", `${path}:${root}`, ...given], folder);
}

/** Runs the step under the cursor by itself. */
export async function runStep(parts: Parts, editor: vscode.TextEditor): Promise<void> {
  const at = editor.selection.active;
  const params = { uri: editor.document.uri.toString(), position: { line: at.line, character: at.character }, runs: true };
  const graph = await parts.server.client?.sendRequest<Graph | null>(GRAPH, params);
  const here = (graph?.nodes ?? []).flatMap(({ step, location }) =>
    step && location?.uri === params.uri && toRange(location.range).contains(at) ? [{ step, range: toRange(location.range) }] : [],
  );
  const smallest = here.reduce<(typeof here)[0] | undefined>((best, each) => (best?.range.contains(each.range) === false ? best : each), undefined);
  if (graph && smallest) return run(parts, editor, graph.root, smallest.step);
  void vscode.window.showInformationMessage("Run the workflow first, and put the cursor on a step that has begun: it is run with what that gave it.");
}

/** Asks for all arguments, or how they are to be given; what was given last comes first. */
async function askAll(context: vscode.ExtensionContext, server: Server, of: Root, folder: vscode.Uri | undefined): Promise<Arguments> {
  const inputs = (await server.client?.sendRequest<readonly Input[] | null>(INPUTS, of)) ?? [];
  if (!inputs.length) return [];
  const key = `inputs ${of.uri}#${of.root}`;
  const known = context.workspaceState.get<Given>(key, {});
  const last = Object.fromEntries(Object.entries(known).filter(([name]) => inputs.some((each) => each.name === name)));
  const ask = async (): Promise<Arguments> => {
    const given = await askEach(server, of, inputs, last);
    if (given) await context.workspaceState.update(key, given);
    return given && pairs(given);
  };
  const ways: (vscode.QuickPickItem & { readonly give: () => Promise<Arguments> | Arguments })[] = [];
  const isEnough = (given: Given): boolean => inputs.every(({ name, isRequired }) => !isRequired || name in given);
  const told = Object.entries(last).map(([name, text]) => `${name}=${text}`);
  if (told.length && isEnough(last)) ways.push({ label: "As last time", description: told.join(", "), give: () => pairs(last) });
  if (isEnough({})) ways.push({ label: "With the defaults", give: () => [] });
  ways.push({ label: "Give the arguments...", description: inputs.map(({ name, type }) => `${name}: ${type}`).join(", "), give: ask });
  for (const file of await inputFiles(folder))
    ways.push({ label: file.path.replace(/.*\//, ""), description: ".athena/inputs", give: () => ["--input-file", file.fsPath] });
  if (ways.length === 1) return ask();
  return (await vscode.window.showQuickPick(ways, { title: `Run ${of.root}` }))?.give();
}

/** Asks for each argument in turn. What is wrong with a text is said while it is typed, and it is not taken. */
async function askEach(server: Server, of: Root, inputs: readonly Input[], last: Given): Promise<Given | undefined> {
  const given: Record<string, string> = {};
  for (const [index, input] of inputs.entries()) {
    const title = `Run ${of.root}: ${input.name} (${index + 1}/${inputs.length})`;
    const text = await askOne(server, of, input, title, last[input.name]);
    if (text === undefined) return undefined;
    if (text !== input.default && !(text === "" && !input.isRequired && input.default === null)) given[input.name] = text;
  }
  return given;
}

async function askOne(server: Server, of: Root, { name, type, isArtifact, isRequired, choices, ...input }: Input, title: string, last?: string): Promise<string | undefined> {
  const first = last ?? input.default ?? undefined;
  if (choices.length) {
    const items = [...choices].sort((one, other) => Number(other === first) - Number(one === first));
    const chosen = items.map((label) => ({ label, ...(label === input.default ? { description: "default" } : {}) }));
    return (await vscode.window.showQuickPick(chosen, { title, placeHolder: type, ignoreFocusOut: true }))?.label;
  }
  if (isArtifact && isRequired && !last) {
    const options = { title: `${title}: a file or a folder`, canSelectFiles: true, canSelectFolders: true };
    return (await vscode.window.showOpenDialog(options))?.[0]?.fsPath;
  }
  const prompt = isArtifact ? `${name}: ${type}, a file or a folder` : `${name}: ${type}, JSON or a text without quotes`;
  const empty = !isRequired && input.default === null ? "; empty for the default" : "";
  return vscode.window.showInputBox({
    title,
    prompt: prompt + empty,
    value: first ?? "",
    ignoreFocusOut: true,
    validateInput: async (text) => {
      if (text === "" && empty) return undefined;
      return (await server.client?.sendRequest<string>(INPUT, { ...of, name, text })) || undefined;
    },
  });
}

/** The files of arguments that the project keeps, for `--input-file`. */
async function inputFiles(folder: vscode.Uri | undefined): Promise<readonly vscode.Uri[]> {
  if (!folder) return [];
  const inputs = vscode.Uri.joinPath(folder, ".athena", "inputs");
  const found = await vscode.workspace.fs.readDirectory(inputs).then((entries) => entries, () => []);
  return found.filter(([name]) => name.endsWith(".json")).map(([name]) => vscode.Uri.joinPath(inputs, name));
}

function pairs(given: Given): readonly string[] {
  return Object.entries(given).flatMap(([name, text]) => ["-a", `${name}=${text}`]);
}
