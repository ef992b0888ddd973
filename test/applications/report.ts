import { formattedMarkdown } from '../support/formatted-markdown';
import type { Application } from './sources';

/** What came of one application. */
export interface Outcome {
  readonly application: Application;
  readonly code: 0 | 1 | 2;
  readonly stacks: number;
  readonly resources: number;
  readonly findings: number;
  readonly notEvaluated: number;
  readonly seconds: number;
  /** Why the gate could not evaluate. */
  readonly why: readonly string[];
}

const line = ({ application, ...outcome }: Outcome): string => {
  const { name, address, commit } = application;
  const { code, stacks, resources, findings, notEvaluated } = outcome;
  const link = `[${name.replace('+', '/')}](${address}/tree/${commit})`;
  return `| ${[link, commit.slice(0, 12), code, stacks, resources, findings, notEvaluated].join(' | ')} |`;
};

/** The page of counts, whole. */
export const page = (outcomes: readonly Outcome[]): Promise<string> =>
  formattedMarkdown(
    [
      '# The gate on the applications of others',
      '',
      'Written by `npm run test:applications -- --write`, which fetches CDK applications of other teams at the commits below, as',
      'their authors’ own `cdk synth` left them in public repositories, and evaluates each under the profile `generic`, without',
      '`--strict`. It ends with 1 when the gate could not evaluate one of them. Exit code 1 in the table says that there are findings.',
      'They were not chosen by what they hold: they were public, small enough and still there. Nothing of them is copied.',
      '',
      '| Application | Commit | Exit code | Stacks | Resources | Findings | Not evaluated |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...outcomes.map(line),
      '',
    ].join('\n'),
  );
