import path from 'node:path';
import { z } from 'zod';
import { engineEnvironment } from '../../engines/engine-environment';
import { runTool } from '../../engines/run-tool';
import { GateError } from '../../gate-error';
import { endOf } from '../../../lambda/domain/cut-text';

const SAM = 'AWS::Serverless-2016-10-31';
const TRANSLATOR = path.resolve(__dirname, 'sam_translate.py');

/** The transforms that a template asks for, as a list. */
export const transformsOf = (template: Readonly<Record<string, unknown>>): unknown[] =>
  [template['Transform'] ?? []].flat();

export const isSam = (template: Readonly<Record<string, unknown>>): boolean =>
  transformsOf(template).includes(SAM);

export interface SamTemplate {
  readonly name: string;
  readonly template: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly region: string;
}

const answerSchema = z.array(
  z.strictObject({
    name: z.string(),
    template: z.record(z.string(), z.unknown()).nullable(),
    refused: z.array(z.strictObject({ resource: z.string(), why: z.string() })),
  }),
);
export type SamExpansion = z.infer<typeof answerSchema>[number];

/**
 * Expands SAM templates with AWS's translator, all in one process.
 * https://github.com/aws/serverless-application-model
 * @param python - of the translator's own environment.
 * @throws GateError TOOL_FAILED when the translator does not answer.
 */
export async function expandSam(
  python: string,
  templates: readonly SamTemplate[],
  scratch: string,
): Promise<SamExpansion[]> {
  const run = await runTool(python, [TRANSLATOR], {
    cwd: scratch,
    env: engineEnvironment(scratch, { PYTHONDONTWRITEBYTECODE: '1' }),
    input: JSON.stringify(templates),
  });
  const answer = answerSchema.safeParse(run.exitCode === 0 ? JSON.parse(run.stdout) : undefined);
  if (!answer.success)
    throw new GateError(
      'TOOL_FAILED',
      `AWS's SAM translator ended with exit code ${run.exitCode}: ${endOf(run.stderr.trim(), 500)}`,
    );
  return answer.data;
}
