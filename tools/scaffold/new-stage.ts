import { type Scaffold, ScaffoldError, nameForms } from './scaffold';

/** A stage like staging, in an account of its own; deployed by hand until the pipeline gets a step for it. */
export function newStage({ name, account }: { readonly name: string; readonly account: string }): Scaffold {
  const { kebab, camel } = nameForms(name);
  if (kebab !== camel) throw new ScaffoldError('The name of a stage is one word.');
  if (!/^\d{12}$/.test(account)) throw new ScaffoldError('--account wants the 12 digits of an account.');
  const made = `lib/config/${kebab}.ts`;
  return {
    files: {
      [made]: `import type { StageConfig } from './schema';
import { staging } from './staging';

/** As staging, but for what is said here. */
export const ${kebab}: StageConfig = { ...staging, stage: '${kebab}', account: '${account}' };
`,
    },
    entries: [
      { file: 'lambda/domain/stage-names.ts', before: ", 'prod'] as const;", text: `, '${kebab}'` },
      {
        file: 'lib/config/load.ts',
        before: "import { prod } from './prod';\n",
        text: `import { ${kebab} } from './${kebab}';\n`,
      },
      { file: 'lib/config/load.ts', before: ', prod };', text: `, ${kebab}` },
      { file: '.github/workflows/compliance.yml', before: ']\n    steps:', text: `, ${kebab}` },
    ],
    byHand: {
      [made]: 'whatever differs from staging',
      'lib/stages/delivery-application.ts': 'a step of the pipeline, when releases are to pass through it',
    },
    commands: ['npm run generate', 'npm run compliance -- accept-proofs'],
  };
}
