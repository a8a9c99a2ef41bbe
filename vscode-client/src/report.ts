/** A report of a problem, as a text for the user to look through: nothing is sent anywhere. */
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { Server } from "./server";

const LINES_OF_LOG = 60;

export async function report(context: vscode.ExtensionContext, server: Server): Promise<void> {
  const extension = context.extension.packageJSON as { version: string };
  const log = await readFile(server.logFile, "utf8").catch(() => "");
  const content = `# A problem with athena

What I did:

What happened:

What I expected:

## The program

\`\`\`python

\`\`\`

## The surroundings

- extension ${extension.version}, server ${server.version} (${server.state})
- ${server.python ? `Python ${server.python.version}, from the ${server.python.source}` : "no Python"}
- ${vscode.env.appName} ${vscode.version} on ${process.platform} ${process.arch}
- workspace ${vscode.workspace.isTrusted ? "trusted" : "not trusted"}${vscode.env.remoteName ? `, remote: ${vscode.env.remoteName}` : ""}

## The end of the server's log

\`\`\`text
${log.trimEnd().split("\n").slice(-LINES_OF_LOG).join("\n")}
\`\`\`
`;
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "markdown", content }));
}
