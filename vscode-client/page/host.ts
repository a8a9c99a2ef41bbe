/** Whoever shows the page: an editor's webview, or athena's own small server in a browser. */
import type { Emitted, Graph, Location, Position } from "./model";

/** What the host says. */
export type Message =
  | { readonly type: "preview"; readonly graph: Graph; readonly emitted: Emitted }
  | { readonly type: "cursor"; readonly uri: string; readonly position: Position }
  | { readonly type: "problem"; readonly text: string };

export interface Host {
  /** Where a node's code can be shown; a browser has no such place. */
  readonly reveal: ((location: Location) => void) | undefined;
  /** There is a preview of the manifest elsewhere, so that the page begins without. */
  readonly hasYaml: boolean;
  /** The page is ready to hear `listener` called. */
  listen(listener: (message: Message) => void): void;
}

interface Webview {
  postMessage(message: unknown): void;
}
declare const acquireVsCodeApi: (() => Webview) | undefined;

export function findHost(): Host {
  return typeof acquireVsCodeApi === "function" ? inWebview(acquireVsCodeApi()) : inBrowser();
}

function inWebview(webview: Webview): Host {
  return {
    hasYaml: true,
    reveal: (location) => webview.postMessage({ type: "reveal", location }),
    listen(listener) {
      window.addEventListener("message", (event: MessageEvent<Message>) => listener(event.data));
      webview.postMessage({ type: "ready" });
    },
  };
}

function inBrowser(): Host {
  return {
    hasYaml: false,
    reveal: undefined,
    listen(listener) {
      const events = new EventSource("events");
      events.onmessage = (event: MessageEvent<string>) => listener(JSON.parse(event.data) as Message);
      events.onerror = () => listener({ type: "problem", text: "athena preview has ended, or cannot be reached" });
    },
  };
}
