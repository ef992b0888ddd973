import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openApiText, webhooksText } from '../../lambda/openapi/document';
import { PROJECT_ROOT } from '../setup/project-paths';
import { alertPages } from './alert-pages';
import { attackPage } from './attack-page';
import { boundsPage } from './bounds-page';
import { applicationPages } from './application-pages';
import { drawPictures } from './draw-pictures';
import { drawTerminal } from './draw-terminal';
import { readRecording, RECORDING, TERMINAL_PICTURE } from './recording';
import { undrawnPictures, drawingOf } from './pictures';
import { SDK_TYPES, sdkTypesAreStale, writeSdkTypes } from './sdk-types';

/** One kind of generated files. */
export interface Generator {
  readonly makes: string;
  /** Files that are not as they would be generated now, by path from the root. */
  stale(): string[];
  /** Writes the stale ones and returns their paths. */
  write(): string[];
}

/** A generator of texts, given by path from the root. */
export function textGenerator(
  makes: string,
  texts: () => Record<string, string>,
  root = PROJECT_ROOT,
): Generator {
  const differing = () =>
    Object.entries(texts()).filter(([file, text]) => {
      const target = path.join(root, file);
      return !existsSync(target) || readFileSync(target, 'utf8') !== text;
    });
  return {
    makes,
    stale: () => differing().map(([file]) => file),
    write: () =>
      differing().map(([file, text]) => {
        writeFileSync(path.join(root, file), text);
        return file;
      }),
  };
}

/**
 * What commands write and no generator: to change the first of them is to accept something, which people review; the
 * rest takes long, or fetches what others wrote.
 */
export const OTHER_GENERATORS: Readonly<Record<string, readonly string[]>> = {
  'npm run compliance -- accept-proofs': [
    'compliance/rules/proofs/reviewed',
    'compliance/rules/proofs/network.json',
  ],
  'npm run compliance -- --pin-rules': ['compliance/pinned-rules.json'],
  'node --import tsx compliance/rules/proofs/deployer/write-handlers.ts': [
    'compliance/rules/proofs/deployer/handlers.json',
  ],
  'npm run bench -- --accept': ['test/performance/recorded.json', 'docs/generated/ratios.md'],
  'node --import tsx test/performance/large-assembly.ts --write': ['docs/generated/large-assemblies.md'],
  'npm run test:applications -- --write': ['docs/other-applications.md'],
  'npm run test:corpora -- --write': ['docs/corpora.md'],
  'npm run test:fedramp -- --write': ['docs/fedramp.md'],
  'npm run test:pictures -- --write': ['docs/pictures.md'],
};

/** Everything else that is generated and committed. */
export const GENERATORS: Readonly<Record<string, Generator>> = {
  openapi: textGenerator('the documents of the API and of its webhooks', () => ({
    'lambda/openapi/openapi.json': openApiText(),
    'lambda/openapi/webhooks.json': webhooksText(),
  })),
  // After the document, which it reads.
  sdk: {
    makes: "the SDK's types, by openapi-typescript",
    stale: () => (sdkTypesAreStale() ? [SDK_TYPES] : []),
    write: () => (sdkTypesAreStale() ? writeSdkTypes() : []),
  },
  alerts: textGenerator('the table of alerts and their runbook', alertPages),
  attacks: textGenerator('the table of attackers and goals', attackPage),
  bounds: textGenerator('the table of bounds', boundsPage),
  application: textGenerator('the tables of stages, stacks and functions', applicationPages),
  terminal: textGenerator('the moving picture of README.md, from its recording (docs/recordings)', () => ({
    [TERMINAL_PICTURE]: drawTerminal(readRecording(RECORDING)),
  })),
  // Last: the others write pages that hold pictures.
  pictures: {
    makes: 'the drawings of Mermaid pictures; needs Chromium',
    stale: () => undrawnPictures().map(drawingOf),
    write: () => {
      const undrawn = undrawnPictures();
      return undrawn.length === 0 ? [] : drawPictures(undrawn);
    },
  },
};
