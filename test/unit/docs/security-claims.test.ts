import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { loadPinnedRules } from '../../../compliance/pinned-rules';
import { DELIVERY_TRAIL_ALERTS } from '../../../lib/monitoring/delivery-trail-alerts';
import { loadStageConfig } from '../../../lib/config/load';

const ROOT = path.join(__dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const SECTIONS = ['Threat model', 'Encryption', 'The gate and its exceptions', 'API-key rotation'];

/** The sentences of the sections that claim something, word for word. */
const sentences = read('SECURITY.md')
  // Made from the matrix itself.
  .replace(/<!-- threat model: generated.*?<!-- threat model: end -->\n/s, '')
  .split(/^## /m)
  .filter((section) => SECTIONS.some((title) => section.startsWith(title)))
  // A list that ends a sentence is a part of it.
  .map((section) => section.replaceAll(/([:;])\n+- /g, '$1 '))
  .flatMap((section) => section.split(/\n\n+/).slice(1))
  .filter((block) => /^[^#|\s]/.test(block))
  .flatMap((block) =>
    block
      .trim()
      .replaceAll(/\s+/g, ' ')
      .split(/(?<=[.])\s+(?=[A-Z*`])/),
  );
const beginning = (sentence: string): string => sentence.split(' ').slice(0, 8).join(' ');
const rows = read('docs/security-claims.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:Sentence|---)/.test(line))
  .map((line) => {
    const [claim = '', heldBy = '', noticed = ''] = line
      .split(/(?<!\\)\|/)
      .slice(1)
      .map((cell) => cell.trim());
    return { claim: claim.replace(/ …$/, ''), heldBy, noticed };
  });

const RULES = new Set(Object.values(loadPinnedRules()).flatMap(({ rules }) => rules));
const ALERTS = new Set([
  ...[...read('policies/runbooks/alerts.md').matchAll(/^##+ ([a-z-]+)$/gm)].map(([, id = '']) => id),
  ...DELIVERY_TRAIL_ALERTS.map(({ id }) => id),
]);
const SIDS = new Set(
  ['bootstrap', 'endpoints', 'identity', 'keys', 'organization', 'perimeter']
    .flatMap((room) =>
      readdirSync(path.join(ROOT, 'policies', room)).map((file) => `policies/${room}/${file}`),
    )
    .flatMap((file) => [...read(file).matchAll(/"Sid": "(\w+)"/g)].map(([, sid = '']) => sid)),
);
/** Statements that constructs write themselves. */
const IN_CODE =
  read('lib/constructs/delivery/release-evidence.ts') + read('lib/constructs/functions/platform-grants.ts');
const named = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
const isThere = (name: string): boolean =>
  RULES.has(name) ||
  ALERTS.has(name) ||
  SIDS.has(name) ||
  existsSync(path.join(ROOT, name)) ||
  IN_CODE.includes(`'${name}'`);

describe('the table of what SECURITY.md claims', () => {
  it('has a row for each sentence of SECURITY.md, in its order, and for nothing else', () => {
    expect(sentences.length).toBeGreaterThan(50);
    expect(rows.map(({ claim }) => claim)).toEqual(sentences.map(beginning));
  });
  it('names evidence and alerts that are there', () => {
    const names = rows.flatMap(({ heldBy, noticed }) => named(`${heldBy} ${noticed}`));
    expect(names.length).toBeGreaterThan(80);
    expect([...new Set(names)].filter((name) => !isThere(name))).toEqual([]);
  });
  it('says of what is not prevented how it is noticed, in minutes, or that nothing tells', () => {
    const open = rows.filter(({ noticed }) => noticed.startsWith('not prevented'));
    expect(open.length).toBeGreaterThan(5);
    const untold = open.filter(
      ({ noticed }) => !/\d|nothing tells|volumetric/.test(noticed.replaceAll(/ATK-\d+/g, '')),
    );
    expect(untold.map(({ claim }) => claim)).toEqual([]);
  });
  it('is true of the quarantine’s days', () => {
    const days = loadStageConfig('prod').retention.quarantinedPicture;
    expect(read('docs/frameworks/gdpr.md')).toMatch(
      new RegExp(
        String.raw`Refused picture, with its metadata as it came +\| \`quarantine/\` +\|[^|]*\| ${days} `,
      ),
    );
  });
});
