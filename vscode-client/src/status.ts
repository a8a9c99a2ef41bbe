/** The entry in the language status menu: whether athena works here, and with which Python. */
import * as vscode from "vscode";
import type { Server } from "./server";

export function createStatus(server: Server): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem("athena", { language: "python" });
  item.name = "athena";
  const update = (): void => {
    item.busy = server.state === "starting";
    item.severity =
      server.state === "running" || server.state === "starting"
        ? vscode.LanguageStatusSeverity.Information
        : vscode.LanguageStatusSeverity.Error;
    item.text = server.state === "running" ? `athena ${server.version}` : `athena: ${server.state}`;
    item.detail = server.python ? `Python ${server.python.version}, ${server.python.path}` : "no Python 3.11 or later";
    item.command =
      server.state === "running"
        ? { title: "Show Log", command: "athena.log" }
        : { title: "Restart", command: "athena.restart" };
  };
  update();
  return vscode.Disposable.from(item, server.onDidChange(update));
}
