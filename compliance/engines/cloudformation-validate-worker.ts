/**
 * Runs the validator that the CDK brings along, in a process of its own: it is WebAssembly, blocks its thread for
 * seconds, and its memory (0.3 GB) goes with the process. Reads `{ templates: [{ file, account, region }] }` from
 * standard input, writes `{ version, rules, reports }`.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';

interface Validator {
  version(): string;
  TemplateContent: new (content: string, name: string) => object;
  CompositeEngine: new (config: { regoRules: { name: string; content: string }[] }) => {
    validateTemplate(template: object, config: object): unknown;
    listRules(): { id: string }[];
  };
}

const cdkRoot = path.dirname(require.resolve('aws-cdk-lib/package.json'));
const requireFromCdk = createRequire(path.join(cdkRoot, 'package.json'));

/** A nested dependency of aws-cdk-lib: resolved from there, so that a move is told apart from a missing package. */
function loadValidator(): Validator {
  try {
    return requireFromCdk('@aws/cloudformation-validate') as Validator;
  } catch (error) {
    throw new Error(
      `aws-cdk-lib no longer brings @aws/cloudformation-validate where it was; see compliance/engines/cloudformation-validate-worker.ts. ${String(error)}`,
      { cause: error },
    );
  }
}

/** The rules that the CDK adds to the validator's own. */
function cdkRules(): { name: string; content: string }[] {
  const directory = path.join(cdkRoot, 'core/lib/validation/rules');
  const index = z
    .looseObject({ rules: z.array(z.looseObject({ file: z.string() })) })
    .parse(JSON.parse(readFileSync(path.join(directory, 'index.generated.json'), 'utf8')));
  return index.rules
    .map(({ file }) => file)
    .sort()
    .map((file) => ({ name: file, content: readFileSync(path.join(directory, file), 'utf8') }));
}

const inputSchema = z.strictObject({
  templates: z.array(
    z.strictObject({ file: z.string(), account: z.string().optional(), region: z.string().optional() }),
  ),
});

const validator = loadValidator();
const { templates } = inputSchema.parse(JSON.parse(readFileSync(0, 'utf8')));
const engine = new validator.CompositeEngine({ regoRules: cdkRules() });
const reports = templates.map(({ file, account, region }) => {
  try {
    const template = new validator.TemplateContent(readFileSync(file, 'utf8'), file);
    return engine.validateTemplate(template, {
      detailLevel: 'STANDARD',
      severityLevel: 'WARN',
      pseudoParameterOverrides: { accountId: account, region },
    });
  } catch (error) {
    // One template that it breaks on must not take the others along.
    return { filePath: file, status: `"${String(error)}"`, diagnostics: [] };
  }
});
process.stdout.write(
  JSON.stringify({ version: validator.version(), rules: engine.listRules().map(({ id }) => id), reports }),
);
