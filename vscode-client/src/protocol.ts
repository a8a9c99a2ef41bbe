/** athena's own messages, beside those of the Language Server Protocol. */
import type { Diagnostic, Location, Position, Range } from "vscode-languageclient/node";

export interface EmitParams {
  readonly uri: string;
  readonly position?: Position;
  /** The function whose manifest is meant; without it the one at `position`, or the file's first root. */
  readonly root?: string;
}

export interface Emitted {
  readonly text: string;
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

/** Lines of a manifest that a place in the program became. */
export interface Counterpart {
  readonly uri: string;
  readonly range: Range;
}

/** A graph, as far as the extension itself looks at it: the page shows the rest. */
export interface Graph {
  readonly root: string;
  readonly nodes: readonly {
    readonly location: Location | null;
    /** Its path in the last run, when that has come to it. */
    readonly step?: string;
  }[];
}

/** A parameter that somebody gives a value for. */
export interface Input {
  readonly name: string;
  readonly type: string;
  /** A text that gives the default; null when there is none, or when only the running program knows it. */
  readonly default: string | null;
  readonly isRequired: boolean;
  /** A file or a folder is given for it. */
  readonly isArtifact: boolean;
  /** The texts of all values, when they can be counted. */
  readonly choices: readonly string[];
}

export const EMIT = "athena/emit";
export const GRAPH = "athena/graph";
export const COUNTERPART = "athena/counterpart";
export const LOG = "athena/log";
export const INPUTS = "athena/inputs";
export const INPUT = "athena/input";
export const CHANGED = "athena/changed";
export const SCHEME = "athena-yaml";
