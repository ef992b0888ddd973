// What README.md shows of a terminal and of the report, taken from the real thing:
//   node --import tsx tools/documents/record.ts start     runs `npm start -- --once` and writes down what it prints
//   node --import tsx tools/documents/record.ts report    photographs the pack that `npm run compliance` wrote; needs Chromium
// `npm run generate -- terminal` draws the moving picture from the recording.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../setup/project-paths';
import { CHROMIUM } from './draw-pictures';
import { record, RECORDING } from './recording';

const REPORT = path.join(PROJECT_ROOT, 'compliance-report', 'index.html');
const REPORT_PICTURE = path.join(PROJECT_ROOT, '.github', 'images', 'report.png');

function photographReport(): void {
  if (!existsSync(REPORT)) throw new Error('There is no report yet: npm run compliance makes it.');
  const profile = mkdtempSync(path.join(tmpdir(), 'report-'));
  try {
    execFileSync(
      CHROMIUM,
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', `--user-data-dir=${profile}`],
        ...['--window-size=1180,860', `--screenshot=${REPORT_PICTURE}`, `file://${REPORT}`],
      ],
      { stdio: 'ignore' },
    );
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

async function main([what]: readonly string[]): Promise<void> {
  if (what === 'report') photographReport();
  else if (what === 'start') {
    mkdirSync(path.dirname(RECORDING), { recursive: true });
    await record(RECORDING, { command: 'npm start -- --once', width: 136, height: 36, cwd: PROJECT_ROOT });
  } else throw new Error('Say what: start or report.');
}

void main(process.argv.slice(2));
