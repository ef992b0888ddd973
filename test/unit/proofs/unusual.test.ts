import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expandAssembly } from '../../../compliance/assembly/expand/expand';
import { readInput } from '../../../compliance/assembly/read-input';
import { evaluateScope } from '../../../compliance/engines/template-scope';
import { proveExposure } from '../../../compliance/rules/proofs/exposure/prove-exposure';
import { EXPOSURE_RULES } from '../../../compliance/rules/proofs/exposure/rules';
import { openTemplatesOf } from '../../../compliance/rules/proofs/prove';
import type { VerdictRow } from '../../../compliance/verdict-row';

/** Templates that say common things in uncommon ways; made here, after AWS's pages on each type and function. */
const FOLDER = path.join(__dirname, 'unusual');
const filesIn = (folder: string): string[] => readdirSync(path.join(FOLDER, folder)).sort();

/** The names of a template's resources, and what was found wrong with them or could not be evaluated. */
async function evaluate(file: string): Promise<{ names: string[]; rows: VerdictRow[] }> {
  const read = readInput(path.join(FOLDER, file), __dirname);
  const { variants, whole, notRead } = await expandAssembly(read, {
    parameters: new Map(),
    sam: () => Promise.reject(new Error('there is no translator here')),
  });
  const rows = [...evaluateScope(whole, notRead).rows, ...proveExposure(openTemplatesOf(variants)).rows];
  return {
    names: whole.stacks.flatMap(({ resources }) => resources.map(({ logicalId }) => logicalId)),
    rows: rows.filter(({ verdict }) => verdict === 'non-compliant' || verdict === 'error'),
  };
}

/** A resource's name says what has to be found: the rule and a letter; `any`: a finding, or a row that it was not evaluated. */
const EXPECTED = new RegExp(`^(any|${Object.keys(EXPOSURE_RULES).join('|')})[A-Z]+$`);

function isNamed(name: string, rows: readonly VerdictRow[]): boolean {
  const [, expected = ''] = EXPECTED.exec(name) ?? [];
  const ofResource = rows.filter(({ resource }) => resource === name || resource.endsWith(`/${name}`));
  if (expected === 'any') return ofResource.length > 0;
  const { id } = EXPOSURE_RULES[expected as keyof typeof EXPOSURE_RULES];
  return ofResource.some(({ rule, verdict }) => rule === id && verdict === 'non-compliant');
}

test.each(filesIn('faulty'))('faults are named, or said not to be evaluated: %s', async (file) => {
  const { names, rows } = await evaluate(path.join('faulty', file));
  const meant = names.filter((name) => EXPECTED.test(name));
  expect(meant.length).toBeGreaterThan(0);
  expect(meant.filter((name) => !isNamed(name, rows))).toEqual([]);
});

test.each(filesIn('sound'))('nothing is found where nothing is wrong: %s', async (file) => {
  const { names, rows } = await evaluate(path.join('sound', file));
  expect(names.length).toBeGreaterThan(0);
  // A parameter that whoever deploys gives is told, and is no finding.
  const wrong = rows.filter(
    ({ verdict, rule }) => verdict === 'non-compliant' || rule !== 'scope-no-open-parameter',
  );
  expect(wrong.map(({ resource, rule, message }) => `${resource} ${rule}: ${message}`)).toEqual([]);
});
