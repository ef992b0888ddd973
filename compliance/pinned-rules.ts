import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { GateError, messageOf } from './gate-error';
import { type EngineResult, engineNameSchema } from './verdict-row';

const PINS = path.resolve(__dirname, 'pinned-rules.json');
const pinsSchema = z.partialRecord(
  engineNameSchema,
  z.strictObject({ version: z.string(), rules: z.array(z.string()) }),
);
export type PinnedRules = z.infer<typeof pinsSchema>;

/**
 * The rules that each engine must run, and its version: reviewed data, so that a rule which disappears is seen by name.
 * @throws GateError DATA_INVALID
 */
export function loadPinnedRules(file: string = PINS): PinnedRules {
  try {
    return existsSync(file) ? pinsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  } catch (error) {
    throw new GateError('DATA_INVALID', `${file} cannot be read: ${messageOf(error)}. Restore it from Git.`);
  }
}

/** Whether an engine failed as a whole, and has said why: its version and its rules say nothing then. */
export const didNotRun = ({ rulesRun, rows, failures }: EngineResult): boolean =>
  failures.length > 0 && rulesRun.length === 0 && rows.length === 0;

/** Why an engine's verdicts cannot be trusted: another version than pinned, rules missing, or none pinned. */
export function pinFailures(result: EngineResult, pins: PinnedRules): string[] {
  // An engine that says plainly that it had nothing to evaluate has not failed; the report says so too.
  if (result.rulesRun.length === 0 && result.notAssessed.length > 0) return [];
  if (didNotRun(result)) return [];
  const pinned = pins[result.engine];
  if (pinned === undefined) {
    return [
      `No rules are pinned for ${result.engine}. Review its rules, then run "npm run compliance -- --pin-rules".`,
    ];
  }
  const missing = pinned.rules.filter((rule) => !result.rulesRun.includes(rule));
  return [
    ...(pinned.version === result.version
      ? []
      : [
          `${result.engine} is version ${result.version}; pinned is ${pinned.version}. Install the locked version, or review the new one and run "npm run compliance -- --pin-rules".`,
        ]),
    ...(missing.length === 0
      ? []
      : [
          `${result.engine} ran ${result.rulesRun.length} rules; ${missing.length} of the ${pinned.rules.length} pinned did not run: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''}.`,
        ]),
  ];
}

/** Makes what the engines ran now the pin; the change is for review. */
export function writePinnedRules(
  results: readonly Pick<EngineResult, 'engine' | 'version' | 'rulesRun'>[],
  file: string = PINS,
): void {
  const pins = { ...loadPinnedRules(file) };
  for (const { engine, version, rulesRun } of results)
    pins[engine] = { version, rules: [...new Set(rulesRun)].sort() };
  const lines = Object.entries(pins)
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([engine, pin]) => `${JSON.stringify(engine)}: ${JSON.stringify(pin)}`);
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
}
