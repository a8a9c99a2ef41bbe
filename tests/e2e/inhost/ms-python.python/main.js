// A fake of the Python extension, which no registry that is open to tests has: the part of its API that athena uses, and
// `choose`, by which a test takes the place of a person who selects an interpreter.
const vscode = require("vscode");

exports.activate = () => {
  const changed = new vscode.EventEmitter();
  let path = "";
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ id: path, path }),
      resolveEnvironment: async (chosen) => (chosen.path ? { executable: { uri: vscode.Uri.file(chosen.path) } } : undefined),
      onDidChangeActiveEnvironmentPath: changed.event,
    },
    choose(chosen) {
      path = chosen;
      changed.fire({ id: path, path });
    },
  };
};
