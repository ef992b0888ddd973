/** One statement of somebody else's test: what their rule must say of a template, or of one resource of it. */
export interface Case {
  readonly corpus: 'checkov' | 'cfn_nag' | 'trivy';
  /** As its authors call the rule. */
  readonly rule: string;
  /** Where the template stands, below the corpus. */
  readonly file: string;
  readonly text: string;
  /** Logical id; undefined where the test speaks of the template as a whole. */
  readonly resource: string | undefined;
  readonly expected: 'finding' | 'none';
}
