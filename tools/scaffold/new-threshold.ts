import { type Scaffold, ScaffoldError, nameForms } from './scaffold';

/** A number of the decision: in its schema, its parameter, on records and in messages, with a value for every stage. */
export function newThreshold({ name, value }: { readonly name: string; readonly value: number }): Scaffold {
  const { camel } = nameForms(name);
  if (!(value >= 0 && value <= 100)) throw new ScaffoldError('--value wants percent, 0 to 100.');
  return {
    files: {},
    entries: [
      {
        file: 'lambda/domain/thresholds.ts',
        before: '};\nexport const thresholdsSchema',
        text: `  // What was kept before it came has this value.\n  ${camel}: percent.default(${value}).describe('not used by the decision yet'),\n`,
      },
      {
        file: 'lib/config/base.ts',
        before: ' },\n  plans: [',
        text: `, ${camel}: ${value}`,
      },
    ],
    byHand: {
      'lambda/domain/thresholds.ts': 'what it says, and how it stands to the others',
      'lambda/domain/choose-category.ts': 'what the decision does with it',
      'test/unit/domain/choose-category.test.ts': 'what it must do',
    },
    commands: ['npm run generate -- application'],
  };
}
