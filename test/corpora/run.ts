import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { expandAssembly } from '../../compliance/assembly/expand/expand';
import { expandSam } from '../../compliance/assembly/expand/sam';
import { readInput } from '../../compliance/assembly/read-input';
import { proveExposure } from '../../compliance/rules/proofs/exposure/prove-exposure';
import { openTemplatesOf } from '../../compliance/rules/proofs/prove';
import { consoleProgress } from '../../tools/setup/progress';
import { CACHE_DIRECTORY, PROJECT_ROOT } from '../../tools/setup/project-paths';
import { ensurePythonTool } from '../../tools/setup/python-tools';
import { fetchedRepository } from '../support/fetched-repository';
import type { Case } from './case';
import { DISPUTED } from './disputed';
import { evaluateCase, type Evaluated } from './evaluate-case';
import { SOURCES } from './sources';
import { isWithinTargets, figuresOf, page, type Told } from './report';

const PAGE = 'docs/corpora.md';

/** Evaluates every template by itself, as the gate would read it; what it cannot read has no entry. */
async function evaluateAll(cases: readonly Case[]): Promise<ReadonlyMap<string, Evaluated>> {
  mkdirSync(CACHE_DIRECTORY, { recursive: true });
  const scratch = mkdtempSync(path.join(CACHE_DIRECTORY, 'corpora-'));
  try {
    const { python } = await ensurePythonTool('sam-translator', { progress: consoleProgress });
    const texts = [...new Set(cases.map(({ text }) => text))];
    texts.forEach((text, index) => writeFileSync(path.join(scratch, `t${index}.template`), text));
    const { variants, origins, notRead } = await expandAssembly(readInput(scratch, PROJECT_ROOT), {
      parameters: new Map(),
      sam: (templates) => expandSam(python, templates, scratch),
    });
    const evaluated = new Map<string, Evaluated>();
    for (const stack of variants.stacks) {
      const origin = origins.get(stack.name)?.stack ?? stack.name;
      const text = texts[Number(/^t(\d+)$/.exec(origin)?.[1])] ?? '';
      const { rows } = proveExposure(openTemplatesOf({ ...variants, stacks: [stack] }));
      const before = evaluated.get(text);
      evaluated.set(text, {
        rows: [...(before?.rows ?? []), ...rows],
        resources: { ...before?.resources, ...stack.template.Resources },
        refused: new Set(
          notRead
            .filter((each) => each.stack === origin && each.open === undefined)
            .map(({ resource }) => resource),
        ),
      });
    }
    return evaluated;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The gate against the public tests of three scanners; exit code 1 when it loses more than is agreed. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, write: { type: 'boolean', default: false } },
  });
  const cases = SOURCES.flatMap((source) => source.read(fetchedRepository(source, values.from)));
  const evaluated = await evaluateAll(cases);
  const told = cases.map((one): Told => {
    const { outcome, rows } = evaluateCase(one, evaluated.get(one.text));
    return { one, outcome, why: rows.map(({ message }) => message).join('; ') };
  });
  for (const { one, outcome, why } of told)
    if (['missed', 'false', 'refused', 'unknown'].includes(outcome))
      console.log(`${outcome}: ${one.corpus} ${one.rule} ${one.file} ${one.resource ?? ''} ${why}`);
  for (const corpus of [...SOURCES.map(({ name }) => name), undefined]) {
    const figures = figuresOf(told, corpus);
    const { positives, found, negatives, contradicted, wrong, refused, leftOut } = figures;
    if (!isWithinTargets(figures)) process.exitCode = 1;
    console.log(
      `${corpus ?? 'all'}: ${found} of ${positives} found, ${contradicted} of ${negatives} contradicted, ${wrong} of them false, ${refused} refused by AWS, ${leftOut} of other topics`,
    );
  }
  for (const { file } of DISPUTED.filter(
    (disputed) => !told.some(({ one, outcome }) => outcome === 'disputed' && one.file === disputed.file),
  )) {
    console.log(`disputed, and not contradicted: ${file}`);
    process.exitCode = 1;
  }
  if (values.write) writeFileSync(path.join(PROJECT_ROOT, PAGE), await page(told));
}

void main();
