/** athena's own messages, beside those of the Language Server Protocol. */
import type { Diagnostic, Location, Position } from "vscode-languageclient/node";

export interface EmitParams {
  readonly uri: string;
  readonly position?: Position;
  /** The function whose manifest is meant; without it the one at `position`, or the file's first root. */
  readonly root?: string;
}

export interface Origin {
  /** First and last line of the YAML, from 0. */
  readonly lines: readonly [number, number];
  readonly location: Location;
}

export interface Emitted {
  readonly text: string;
  readonly origins: readonly Origin[];
  readonly diagnostics: readonly Diagnostic[];
  readonly root: string;
  /** The text is the last one without errors, not that of the program as it stands. */
  readonly stale: boolean;
  /** URI of the read-only document that shows `text` and follows the program. */
  readonly document: string;
}

/** What an answer to `athena/emit` said is no longer so. */
export interface Changed {
  readonly uri: string;
  readonly root: string;
}

export const EMIT = "athena/emit";
export const GRAPH = "athena/graph";
export const CHANGED = "athena/changed";
export const SCHEME = "athena-yaml";
