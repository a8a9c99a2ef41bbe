/** Whoever shows the page: an editor's webview, or athena's own small server in a browser. */
import type { Emitted, Graph, Location, Position } from "./model";

/** What the host says. */
export type Message =
  | { readonly type: "preview"; readonly graph: Graph; readonly emitted: Emitted; readonly uri?: string }
  | { readonly type: "cursor"; readonly uri: string; readonly position: Position }
  | { readonly type: "log"; readonly node: string; readonly text: string }
  /** What is shown may be no longer so. */
  | { readonly type: "problem"; readonly text: string };

/** What an editor keeps while its window is loaded anew. */
export interface Kept {
  readonly uri: string | undefined;
  readonly root: string;
  readonly collapsed: readonly string[];
}

export interface Host {
  /** Shows where a node's code is; a browser has no such place. */
  readonly reveal: ((location: Location) => void) | undefined;
  /** Shows the log of a node as a text of its own. */
  readonly openLog: ((node: string) => void) | undefined;
  /** Runs a step by itself, with what the last run gave it. */
  readonly runOnly: ((step: string) => void) | undefined;
  /** There is a preview of the manifest elsewhere, so that the page begins without. */
  readonly hasYaml: boolean;
  readonly kept: Kept | undefined;
  keep(state: Kept): void;
  /** Asks for what a node has printed in the last run; it comes as a message. */
  askLog(node: string): void;
  /** The page is ready to hear `listener` called. */
  listen(listener: (message: Message) => void): void;
}

interface Webview {
  postMessage(message: unknown): void;
  getState(): Kept | undefined;
  setState(state: Kept): void;
}
declare const acquireVsCodeApi: (() => Webview) | undefined;

/** Milliseconds after which a server that cannot be reached is tried again. */
const AGAIN = 1000;

export function findHost(): Host {
  return typeof acquireVsCodeApi === "function" ? inWebview(acquireVsCodeApi()) : inBrowser();
}

function inWebview(webview: Webview): Host {
  return {
    hasYaml: true,
    kept: webview.getState(),
    keep: (state) => webview.setState(state),
    reveal: (location) => webview.postMessage({ type: "reveal", location }),
    openLog: (node) => webview.postMessage({ type: "openLog", node }),
    runOnly: (step) => webview.postMessage({ type: "runOnly", step }),
    askLog: (node) => webview.postMessage({ type: "log", node }),
    listen(listener) {
      window.addEventListener("message", (event: MessageEvent<Message>) => listener(event.data));
      webview.postMessage({ type: "ready" });
    },
  };
}

function inBrowser(): Host {
  let hear: (message: Message) => void = () => undefined;
  return {
    hasYaml: false,
    kept: undefined,
    keep: () => undefined,
    reveal: undefined,
    openLog: undefined,
    runOnly: undefined,
    askLog: (node) => {
      fetch(`log?node=${encodeURIComponent(node)}`)
        .then((answer) => answer.text())
        .then((text) => hear({ type: "log", node, text }))
        .catch(() => hear({ type: "problem", text: "athena preview has ended, or cannot be reached" }));
    },
    listen(listener) {
      hear = listener;
      const connect = (): void => {
        const events = new EventSource("events");
        events.onmessage = (event: MessageEvent<string>) => listener(JSON.parse(event.data) as Message);
        events.onerror = () => {
          listener({ type: "problem", text: "athena preview has ended, or cannot be reached" });
          events.close(); // browsers differ in when they try again by themselves
          setTimeout(connect, AGAIN);
        };
      };
      connect();
    },
  };
}
