import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type ImageView, imageListSchema } from '../../lambda/domain/api-schemas';
import { quickGate, synthesizeForQuickGate } from '../../compliance/quick-gate';
import type { StageName } from '../../lib/config/schema';
import { ConfigurationError } from '../../lib/config/load';
import { ApiClient } from '../../tools/client/api-client';
import { classifyAll } from '../../tools/client/classify-all';
import { findPictures, type PictureFile } from '../../tools/client/find-pictures';
import { isFinal, jsonRow, type ResultRow } from '../../tools/client/result-row';
import { ReviewInbox } from '../../local/client/review-inbox';
import { HELP, parseCommandLine, type StartOptions } from '../../local/command-line';
import { DeploymentError } from '../../local/deployer/create-stack';
import { type EmbeddedAws, keepLog, KEPT_LOG, startEmbeddedAws } from '../../local/embedded-aws';
import { EmulatorError } from '../../local/emulator/emulator';
import { EXIT_INTERRUPTED, interrupted } from '../../tools/terminal/interruption';
import { describeDifferences, NOT_ENFORCED } from '../../local/report/differences';
import { recordTable, resultTable, reviewTable } from '../../local/report/results';
import { type Console, startConsole } from '../../local/console/server';
import { prepareSamples } from '../../local/samples/prepare';
import { consoleProgress } from '../../tools/setup/progress';
import { CACHE_DIRECTORY } from '../../tools/setup/project-paths';
import { SetupError } from '../../tools/setup/setup-error';

/** The client of the dev configuration that this tool plays. */
const CLIENT = 'demo';
const RECORDS_SHOWN = 25;
const REVIEW_WAIT_SECONDS = 2;

const heading = (text: string): void => console.log(`\n${text}`);
const print = (lines: readonly string[]): void => lines.forEach((line) => console.log(`  ${line}`));

async function picturesToSend({ pictures }: StartOptions): Promise<PictureFile[]> {
  if (pictures.length > 0) return findPictures(pictures, process.env['INVOKED_FROM'] ?? process.cwd());
  const samples = await prepareSamples(CACHE_DIRECTORY, consoleProgress);
  return samples.map(({ file }) => ({ path: file, name: basename(file) }));
}

async function recordsOf(api: ApiClient): Promise<ImageView[]> {
  const answer = await api.callPatiently(`/images?limit=${RECORDS_SHOWN}`, Date.now() + 30_000);
  return answer.status === 200 ? imageListSchema.parse(answer.json()).items : [];
}

function apiClientOf(aws: EmbeddedAws): ApiClient {
  const key = aws.apiKeys.get(CLIENT);
  if (!key) throw new DeploymentError(`The client "${CLIENT}" of the dev configuration has no API key.`);
  return new ApiClient(aws.apiUrl, key.value, aws.emulator.agent);
}

function explainServing(aws: EmbeddedAws, page: Console): void {
  heading('Served here until Ctrl-C');
  print([
    `page for your own pictures: ${page.url}`,
    `API: ${aws.apiUrl}`,
    `curl --cacert ${aws.emulator.certificateFile} -H 'x-api-key: ${aws.apiKeys.get(CLIENT)?.value ?? ''}' '${aws.apiUrl}/images?limit=5'`,
  ]);
}

/** What was sent, and the page on which to look at it. */
interface Outcome {
  rows: ResultRow[];
  openPage: () => Promise<Console>;
}

async function run(aws: EmbeddedAws, options: StartOptions): Promise<Outcome> {
  heading('Differences from what AWS would get');
  print(describeDifferences(aws.deployment.differences, options.verbose));
  heading('Deployed here, but without effect in the embedded AWS');
  print(NOT_ENFORCED);

  const api = apiClientOf(aws);
  const inbox = await ReviewInbox.subscribe(
    aws.clients,
    aws.names.topicArn(aws.names.reviewTopic),
    aws.names.of('local-review-inbox'),
  );
  const files = await picturesToSend(options);
  console.error(`\nSending ${files.length} pictures through ${aws.apiUrl}/upload …`);
  let done = 0;
  const rows = await classifyAll(api, files, () => {
    done += 1;
    if (process.stderr.isTTY) process.stderr.write(`\r  ${done} of ${files.length}`);
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (options.json !== undefined) {
    const file = resolve(process.env['INVOKED_FROM'] ?? process.cwd(), options.json);
    await writeFile(file, `${JSON.stringify(rows.map(jsonRow), null, 2)}\n`);
  }
  heading('Results');
  print(resultTable(rows));
  const isUncertain = rows.some(({ category }) => category === 'uncertain');
  const reviews = await inbox.take(isUncertain ? REVIEW_WAIT_SECONDS : 0);
  heading(`Review messages received from the topic ${aws.names.reviewTopic}: ${reviews.length}`);
  if (reviews.length > 0) print(reviewTable(reviews));
  heading('Records, as GET /images lists them to this client');
  print(recordTable(await recordsOf(api)));
  heading('Make the compliance report: npm run compliance');
  const openPage = (): Promise<Console> =>
    startConsole({
      api,
      pictures: files.flatMap(({ path }, index) => (rows[index] ? [{ path, row: rows[index] }] : [])),
      takeReviews: async () => [...reviews.splice(0), ...(await inbox.take())],
    });
  return { rows, openPage };
}

/**
 * Synthesizes and judges by the part of the gate that takes a second: what would not pass it is not deployed here either.
 * @throws SetupError with every finding
 */
async function synthesizeJudged(stage: StageName, directory: string): Promise<void> {
  const synthesized = await consoleProgress.step(`templates of the ${stage} stage`, () =>
    Promise.resolve(synthesizeForQuickGate(stage, directory)),
  );
  await consoleProgress.step('quick gate: cdk-nag and the exceptions register', () => {
    const { failures, findings } = quickGate(synthesized, stage);
    if (failures.length + findings.length === 0) return Promise.resolve();
    const lines = [
      ...failures,
      ...findings.map(
        ({ rule, constructPath, resource, message }) => `${rule} ${constructPath ?? resource}: ${message}`,
      ),
    ];
    throw new SetupError(
      `The templates do not pass the gate:\n${lines.map((line) => `  ${line}`).join('\n')}`,
      `npm run compliance -- --stage ${stage} explains each finding and how to mend it.`,
    );
  });
}

async function main(): Promise<number> {
  const options = parseCommandLine(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const begin = performance.now();
  const interruption = interrupted();
  console.error('Starting the whole system on this machine …');
  const aws = await Promise.race([
    startEmbeddedAws({
      progress: consoleProgress,
      synthesize: synthesizeJudged,
      ...(options.port === undefined ? {} : { port: options.port }),
    }),
    interruption,
  ]);
  // What was started so far is supervised and ends with this process.
  if (aws === 'interrupted') return EXIT_INTERRUPTED;
  try {
    const gone = aws.emulator.ended.then((how): never => {
      throw new EmulatorError(`The embedded AWS went away (${how}).`);
    });
    const outcome = await Promise.race([run(aws, options), interruption, gone]);
    if (outcome === 'interrupted') return EXIT_INTERRUPTED;
    const { rows, openPage } = outcome;
    const isComplete = rows.every(isFinal);
    console.error(`\n${((performance.now() - begin) / 1000).toFixed(0)} s from start to results.`);
    if (!isComplete) {
      await keepLog(aws.emulator);
      console.error(
        `Not every file became a picture in its final state. The embedded AWS's log: ${KEPT_LOG}`,
      );
    }
    if (options.verbose) console.error(await aws.emulator.log());
    if (options.once) return isComplete ? 0 : 1;
    const page = await openPage();
    try {
      explainServing(aws, page);
      await Promise.race([interruption, gone]);
    } finally {
      await page.close();
    }
    return 0;
  } finally {
    await aws.stop();
  }
}

function explain(error: unknown): number {
  if (error instanceof SetupError) console.error(`\n${error.message}\n→ ${error.nextStep}`);
  else if (error instanceof ConfigurationError) console.error(`\n${error.message}`);
  else if (error instanceof DeploymentError || error instanceof EmulatorError) {
    console.error(`\n${error.message}\n→ The embedded AWS's log, if it got so far: ${KEPT_LOG}`);
  } else console.error(error);
  return 1;
}

// Said once by the platform for Node 20; the functions run on Node 24.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
void main()
  .catch(explain)
  .then((code) => process.exit(code));
