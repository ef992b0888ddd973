/** What changed between two evidence packs. */
export interface Difference {
  readonly before: {
    readonly generated: string;
    readonly commit: string;
    readonly stage: string;
    readonly result: string;
  };
  /** One line a change, grouped by what changed. Empty groups are left out. */
  readonly groups: readonly { readonly title: string; readonly lines: readonly string[] }[];
}
