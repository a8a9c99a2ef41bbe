// Tests inside the extension host: what a person cannot see, asked of the editor itself. Each has a name; what came of it is
// written to `results.json` beside the workspace, where test_extension.py reads it. A test throws what is wrong.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const { join } = require("node:path");
const vscode = require("vscode");

const folder = vscode.workspace.workspaceFolders[0].uri.fsPath;
const beside = join(folder, "..");
const { environments, installed } = JSON.parse(fs.readFileSync(join(beside, "given.json"), "utf8"));
const athena = vscode.extensions.getExtension("athena.athena");
const program = vscode.Uri.file(join(folder, "pipeline.py"));
const settings = () => vscode.workspace.getConfiguration("athena", program);
const set = (key, value) => settings().update(key, value, vscode.ConfigurationTarget.Workspace);
const run = (name, ...args) => vscode.commands.executeCommand(name, ...args);
const fake = (id) => vscode.extensions.getExtension(id).exports;

/** Waits until `look` gives something, which is returned. */
async function until(what, look, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const found = await look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 40));
  }
  throw new Error(`waited in vain: ${what}`);
}

/** The command lines of the servers that this extension host has started. */
function servers() {
  const found = [];
  for (const name of fs.readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      const parent = / (\d+)/.exec(fs.readFileSync(`/proc/${name}/stat`, "utf8").replace(/^.*\) \w/, ""))[1];
      const words = fs.readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      if (Number(parent) === process.pid && words.includes("--log-file")) found.push(words);
    } catch {
      // it has ended meanwhile
    }
  }
  return found;
}
const runsWith = (path) =>
  until(`a server that ${path} runs; there is ${JSON.stringify(servers())}`, () => {
    const running = servers();
    return running.length === 1 && running[0][0] === path && running[0];
  });

const findings = () => vscode.languages.getDiagnostics(program);
const rules = () => findings().filter(({ source }) => source === "athena").map(({ code }) => code.value ?? code);
const tab = (label) =>
  until(`a tab ${label}`, () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find((each) => each.label.includes(label)));
const at = (line, text) => {
  const found = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === program.toString());
  const lines = found.document.getText().split("\n");
  const number = lines.findIndex((each) => each.includes(line));
  return new vscode.Position(number, lines[number].indexOf(text));
};
async function show() {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(program), { viewColumn: 1 });
}
/** Asks the driver of the browser to type a text and press a key once something is to be seen. */
async function press(key, where, text = "") {
  fs.writeFileSync(join(beside, "press.part"), JSON.stringify({ key, where, text }));
  fs.renameSync(join(beside, "press.part"), join(beside, "press.json"));
  await until(`the driver to press ${key} at ${where}`, () => !fs.existsSync(join(beside, "press.json")), 15);
}
/** Does something that starts a run in a terminal, and waits for its end: the exit code. */
async function ended(name, start, seconds) {
  let code;
  const listener = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
    if (execution.task.name === name) code = { exitCode };
  });
  await start();
  const found = await until(`the end of ${name}`, () => code, seconds);
  listener.dispose();
  return found.exitCode;
}
const input = (title) => `.quick-input-widget:visible:has(.quick-input-title:text-is("${title}")) input`;

const tests = {
  async "without a choice python3 runs the server"() {
    assert.equal(vscode.workspace.isTrusted, true);
    await show();
    await athena.activate();
    assert.equal((await runsWith("python3")).includes("lsp"), true);
  },
  async "the Python extension's choice comes before python3"() {
    fake("ms-python.python").choose(environments[0]);
    await runsWith(environments[0]);
  },
  async "the Python Environments extension's choice comes before that"() {
    fake("ms-python.vscode-python-envs").choose(environments[1]);
    await runsWith(environments[1]);
  },
  async "the setting comes first"() {
    await set("interpreter", environments[2]);
    await runsWith(environments[2]);
    await set("interpreter", undefined);
    await runsWith(environments[1]);
  },
  async "an environment that is too old is passed over for the server"() {
    fake("ms-python.vscode-python-envs").choose(join(beside, "old-python"));
    await runsWith(environments[0]);
  },
  async "importStrategy takes the athena of the environment"() {
    fake("ms-python.vscode-python-envs").choose(installed);
    await set("importStrategy", "fromEnvironment");
    assert.equal((await until("a server of the environment", () => servers().find((each) => each.includes("athena_lsp.server"))))[0], installed);
    await set("importStrategy", undefined);
    await until("the bundled server", () => servers().some((each) => each.includes("lsp")));
    fake("ms-python.vscode-python-envs").choose("");
    await runsWith(environments[0]);
  },
  async "every command is registered"() {
    const known = new Set(await vscode.commands.getCommands(true));
    const missing = athena.packageJSON.contributes.commands.filter(({ command }) => !known.has(command));
    assert.deepEqual(missing, []);
  },
  async "a rule that a setting switches off finds nothing"() {
    await until("the finding", () => rules().includes("mutable-default"));
    await set("rules", { "mutable-default": "off" });
    await until("no finding", () => !rules().includes("mutable-default"));
    await set("rules", undefined);
    await until("the finding again", () => rules().includes("mutable-default"));
  },
  async "hover tells the step"() {
    const found = await run("vscode.executeHoverProvider", program, at("transform(raw", "transform"));
    assert.match(found.flatMap(({ contents }) => contents.map(({ value }) => value)).join("\n"), /transform/);
  },
  async "completion offers a decorator's arguments"() {
    const place = at('retry=Retry(limit=3', "retry");
    const found = await run("vscode.executeCompletionItemProvider", program, place);
    const labels = found.items.map(({ label }) => label.label ?? label);
    assert.ok(labels.some((each) => each.startsWith("timeout")), labels.join(" "));
  },
  async "lenses: preview, graph, run, callers"() {
    const found = await until("lenses", async () => {
      const lenses = await run("vscode.executeCodeLensProvider", program, 20);
      return lenses.length > 4 && lenses;
    });
    const names = new Set(found.map(({ command }) => command.command));
    assert.deepEqual([...names].sort(), ["athena.graph", "athena.preview", "athena.run", "athena.showReferences"]);
    const known = new Set(await vscode.commands.getCommands(true));
    assert.ok([...names].every((each) => known.has(each)));
  },
  async "the preview opens beside the program and follows it"() {
    await show();
    await run("athena.preview");
    const shown = await until("YAML", () => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "athena-yaml"));
    assert.match(shown.getText(), /kind: WorkflowTemplate/);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(program, at("transform(raw, 3)", "3)"), "1");
    await vscode.workspace.applyEdit(edit);
    await until("the new value", () => shown.getText().includes("value: '13'"));
    await run("workbench.action.files.revert");
  },
  async "the graph opens"() {
    await show();
    await run("athena.graph");
    await tab("Graph: pipeline");
  },
  async "preview and graph follow a file to its new name"() {
    const renamed = vscode.Uri.file(join(folder, "new näme.py"));
    const move = async (from, to) => {
      const edit = new vscode.WorkspaceEdit();
      edit.renameFile(from, to);
      await vscode.workspace.applyEdit(edit);
    };
    const shown = (of) => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "athena-yaml" && uri.query === of.toString());
    await move(program, renamed);
    await until("the manifest of the new name", () => shown(renamed)?.getText().includes("kind: WorkflowTemplate"));
    await move(renamed, program);
    await until("the manifest of the old name", () => shown(program)?.getText().includes("kind: WorkflowTemplate"));
    await tab("Graph: pipeline");
  },
  async "a manifest is written where one chooses"() {
    await show();
    const written = run("athena.emit", program.toString(), "pipeline");
    await press("Enter", ".quick-input-widget:visible input");
    await written;
    assert.match(fs.readFileSync(join(folder, "pipeline.yaml"), "utf8"), /kind: WorkflowTemplate/);
  },
  async "the check task fills the Problems panel"() {
    assert.equal(await ended("check", () => run("athena.check"), 60), 1);
    const other = vscode.Uri.file(join(folder, "other.py"));
    const found = await until("a finding of a file that is not open", () => {
      const all = vscode.languages.getDiagnostics(other);
      return all.length && all;
    });
    assert.deepEqual(found.map(({ code }) => code.value ?? code), ["edge-type-mismatch"]);
    assert.equal(found[0].severity, vscode.DiagnosticSeverity.Error);
    assert.equal(found[0].range.start.line, 9);
  },
  async "a workflow runs in a terminal"() {
    await show();
    const small = vscode.Uri.file(join(folder, "small.py")).toString();
    assert.equal(await ended("athena run small", () => run("athena.run", small, "small")), 0);
    assert.match(fs.readFileSync(join(folder, "ran-by"), "utf8"), new RegExp(`^${environments[0].replace(/\/bin\/python$/, "")}`));
  },
  async "a step that has run is run by itself"() {
    const uri = vscode.Uri.file(join(folder, "steps.py"));
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: 1 });
    const put = (text) => {
      const place = editor.document.positionAt(editor.document.getText().lastIndexOf(text));
      editor.selection = new vscode.Selection(place, place);
    };
    put("first(1)");
    await run("athena.runStep"); // nothing has run yet: says so, and runs nothing
    assert.equal(await ended("athena run steps", () => run("athena.run", uri.toString(), "steps")), 0);
    put("second(one)");
    assert.equal(await ended("athena run steps", () => run("athena.runStep")), 0);
    assert.equal(fs.readFileSync(join(folder, "steps-ran"), "utf8"), "first 1\nsecond 2\nsecond 2\n");
  },
  async "the arguments of a run are asked for, and wrong ones are not taken"() {
    const asks = vscode.Uri.file(join(folder, "asks.py")).toString();
    const text = `it's "quoted" $HOME %PATH% \`x\` & | ; \\ é😋`;
    const code = await ended("athena run asks", async () => {
      const running = run("athena.run", asks, "asks");
      await press("Enter", input("Run asks: text (1/3)"), text);
      await press("Enter", input("Run asks: size (2/3)"), "large");
      await press("Enter", input("Run asks: count (3/3)"), "four");
      await press("Control+a", ".quick-input-message:visible:has-text('`count` must be a whole number')");
      await press("Enter", input("Run asks: count (3/3)"), "4");
      await running;
    });
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(fs.readFileSync(join(folder, "asked"), "utf8")), [text, "large", 4]);
  },
  async "what was given last is known, and files of arguments are offered"() {
    const asks = vscode.Uri.file(join(folder, "asks.py")).toString();
    const again = async (key, first) => {
      fs.rmSync(join(folder, "asked"));
      const code = await ended("athena run asks", async () => {
        const running = run("athena.run", asks, "asks");
        await press(key, input("Run asks"), first);
        await running;
      });
      assert.equal(code, 0);
      return JSON.parse(fs.readFileSync(join(folder, "asked"), "utf8"));
    };
    assert.deepEqual((await again("Enter", "")).slice(1), ["large", 4]);
    fs.mkdirSync(join(folder, ".athena/inputs"), { recursive: true });
    fs.writeFileSync(join(folder, ".athena/inputs/friday.json"), '{"text": "from a file"}');
    assert.deepEqual(await again("Enter", "friday"), ["from a file", "small", 3]);
  },
  async "a rule is explained"() {
    await run("athena.explain", "edge-type-mismatch");
    await tab("edge-type-mismatch.md");
  },
  async "a report is a text to look through"() {
    await run("athena.report");
    const shown = await until("the report", () => vscode.workspace.textDocuments.find((each) => each.getText().startsWith("# A problem with athena")));
    assert.match(shown.getText(), /server \d+\.\d+\.\d+ \(running\)/);
  },
  async "the log opens, and a restart makes another server"() {
    await run("athena.log");
    await run("athena.restart");
    await runsWith(environments[0]);
  },
  async "where no Python fits there is a message with buttons"() {
    const path = process.env.PATH;
    process.env.PATH = beside;
    fake("ms-python.python").choose(join(beside, "old-python"));
    await until("no server", () => !servers().length);
    await run("notifications.showList");
    await press("", ".notification-list-item:has-text('athena needs Python 3.11 or later'):has-text('Choose Python')");
    process.env.PATH = path;
    fake("ms-python.python").choose(environments[0]);
    await runsWith(environments[0]);
  },
};

exports.run = async () => {
  const results = {};
  for (const [name, test] of Object.entries(tests)) {
    const start = Date.now();
    const said = await test().then(() => "", (error) => String(error.stack || error));
    results[name] = { said, seconds: (Date.now() - start) / 1000 };
    fs.writeFileSync(join(beside, "results.part"), JSON.stringify(results));
  }
  fs.renameSync(join(beside, "results.part"), join(beside, "results.json"));
};
