/** How far a clone has been set up when the first command of a case is given. */
export type Base =
  /** `git clone` and nothing else: npm is at work. */
  | 'clone'
  /** npm packages are there (hard links to this checkout's): pip, uv and the locked Node are at work. */
  | 'packages'
  /** Everything is installed: the command itself is at work. */
  | 'installed';

/** Where a case runs. */
export interface Place {
  /** The clone. */
  readonly root: string;
  /** A folder of the case's own beside it; its home folder too, unless the case says otherwise. */
  readonly scratch: string;
  /** The machine's own PATH, without what this project puts before it. */
  readonly path: string;
}

/** One machine that is not like ours, the first command on it, and how that has to end. */
export interface HostileMachine {
  readonly name: string;
  readonly base: Base;
  /** What `npm` is given; `start -- --help` needs every package and the Node that everything runs on. */
  readonly command: readonly string[];
  /**
   * `works`: exit code 0. Otherwise what the last lines have to say: the cause, and behind an arrow the remedy.
   */
  readonly ends: 'works' | { readonly cause: RegExp; readonly remedy: RegExp };
  /** Part of the bounded run that CI makes. */
  readonly isQuick?: true;
  /** Name of the folder that the clone is made in. */
  readonly folder?: string;
  /** Variables that are set; undefined takes one away. */
  readonly env?: (place: Place) => NodeJS.ProcessEnv;
  readonly prepare?: (place: Place) => Promise<void> | void;
  /** Shell commands that are run before, in namespaces of its own: mounts, network. Needs root, or is skipped. */
  readonly inNamespaces?: (place: Place) => string;
  /**
   * As a user, by name or number, who owns only the clone and `scratch`; with base `clone`. Needs root, or is skipped.
   */
  readonly asUser?: string;
  /** Only where the machine's own Node is too old to run everything: the locked one is fetched by Python then. */
  readonly onOlderNode?: true;
  /** What must have been printed besides. */
  readonly says?: RegExp;
}

/** The first command of most people, without the minutes. */
export const FIRST_COMMAND = ['start', '--', '--help'] as const;
/** One picture through the whole system. */
export const ONE_PICTURE = ['start', '--', '--once', 'local/samples/pictures/cat.jpg'] as const;
