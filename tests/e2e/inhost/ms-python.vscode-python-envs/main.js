// A fake of the Python Environments extension, which no registry that is open to tests has: the part of its API that athena
// uses, and `choose`, by which a test takes the place of a person who selects an environment.
const vscode = require("vscode");

exports.activate = () => {
  const changed = new vscode.EventEmitter();
  let path = "";
  return {
    getEnvironment: async () => (path ? { execInfo: { run: { executable: path } } } : undefined),
    onDidChangeEnvironment: changed.event,
    choose(chosen) {
      path = chosen;
      changed.fire({});
    },
  };
};
