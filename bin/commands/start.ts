import { basename, join, resolve } from 'node:path';
import { type ImageView, imageListSchema } from '../../lambda/domain/api-schemas';
import { quickGate, synthesizeForQuickGate } from '../../compliance/quick-gate';
import type { StageName } from '../../lib/config/schema';
import { ConfigurationError } from '../../lib/config/load';
import { ApiClient } from '../../tools/client/api-client';
import { classifyAll } from '../../tools/client/classify-all';
import { findPictures, type PictureFile } from '../../tools/client/find-pictures';
import { isFinal, type ResultRow } from '../../tools/client/result-row';
import { parseReview } from '../../local/client/review-message';
import { seeLabelsAt } from '../../local/client/see-labels';
import { TopicInbox } from '../../local/client/topic-inbox';
import { HELP, parseCommandLine, type StartOptions } from '../../local/command-line';
import { DeploymentError } from '../../local/deployer/create-stack';
import { type EmbeddedAws, keepLog, KEPT_LOG, startEmbeddedAws } from '../../local/embedded-aws';
import { EmulatorError } from '../../local/emulator/emulator';
import { EXIT_INTERRUPTED, interrupted } from '../../tools/terminal/interruption';
import { printable } from '../../tools/terminal/printable';
import { wrapLine } from '../../tools/terminal/wrap';
import { describeDifferences, NOT_ENFORCED } from '../../local/report/differences';
import { checkJsonTarget, writeJsonResults } from '../../local/report/json-results';
import { recordTable, resultTable, reviewTable } from '../../local/report/results';
import { shellLine } from '../../local/report/shell-line';
import { type PermissionSwitch, PolicyVersionSwitch } from '../../local/console/permission-switch';
import { ApiReviewDesk, type ReviewDesk } from '../../local/console/review-desk';
import { rotateWebhookSecret, tellClient } from '../../local/receiver/tell-client';
import { toldView } from '../../local/receiver/told-view';
import { takeRole } from '../../local/client/take-role';
import { ReviewsClient } from '../../tools/client/reviews-client';
import { type Console, startConsole } from '../../local/console/server';
import { s3ObjectLoader } from '../../local/rekognition/s3-object-loader';
import { runtimeEnvironment } from '../../local/runtime/prepare-runtime';
import apiDocument from '../../lambda/openapi/openapi.json';
import { prepareSamples } from '../../local/samples/prepare';
import { explained, explainSetupError } from '../../tools/setup/explain-setup-error';
import { consoleProgress } from '../../tools/setup/progress';
import { CACHE_DIRECTORY, PROJECT_ROOT } from '../../tools/setup/project-paths';
import { SetupError } from '../../tools/setup/setup-error';

/** The client of the dev configuration that this tool plays. */
const CLIENT = 'demo';
const RECORDS_SHOWN = 25;
const REVIEW_WAIT_SECONDS = 2;

const heading = (text: string): void => console.log(`\n${text}`);
const print = (lines: readonly string[]): void => lines.forEach((line) => console.log(`  ${line}`));

const fromWhere = (): string => process.env['INVOKED_FROM'] ?? process.cwd();

/** As the user's own clock has it: what bin/run.mjs installed first is part of it. */
function secondsSinceStart(): string {
  const began = Number(process.env['SERVERLESSAPP_BEGAN'] ?? performance.timeOrigin);
  return ((Date.now() - began) / 1000).toFixed(0);
}

/** @throws SetupError when what the user named holds no file */
async function picturesToSend({ pictures }: StartOptions): Promise<PictureFile[]> {
  if (pictures.length > 0) {
    const found = await findPictures(pictures, fromWhere());
    if (found.length > 0) return found;
    throw new SetupError(
      `There is no file in ${pictures.map(printable).join(', ')}; hidden ones are left out.`,
      'Name a folder with pictures, or a picture. Nothing was started.',
    );
  }
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

/** The one thing that upload may not lose: putting a picture into the bucket. */
const uploadPermission = ({ clients, config, names }: EmbeddedAws): PermissionSwitch =>
  new PolicyVersionSwitch(
    clients.iam,
    `arn:aws:iam::${config.account}:policy/${names.accountWide('upload-calls')}`,
    { role: names.functionRole('upload'), action: 's3:PutObject' },
  );

/** A reviewer's desk; the session is an hour at most, so each request takes the role anew. */
const reviewDesk = (aws: EmbeddedAws): ReviewDesk =>
  new ApiReviewDesk(
    async () =>
      new ReviewsClient(aws.apiUrl, aws.emulator.agent, {
        region: aws.config.region,
        credentials: await takeRole({ aws }, 'reviewer', 'console-reviewer'),
      }),
    aws.emulator.agent,
  );

function explainServing(aws: EmbeddedAws, page: Console): void {
  heading('Served here until Ctrl-C');
  print([
    `console, with a tour of five minutes: ${page.url}`,
    `API document, to try calls: ${page.url}/api-document`,
    'API, for the commands of README.md in another shell:',
    shellLine(aws.apiUrl, aws.apiKeys.get(CLIENT)?.value ?? '', aws.emulator.certificateFile),
    `curl -H "x-api-key: $KEY" "$API/images?limit=5"`,
  ]);
}

/** What was sent, and the page on which to look at it. */
interface Outcome {
  rows: ResultRow[];
  openPage: () => Promise<Console>;
}

async function sendAll(api: ApiClient, files: readonly PictureFile[]): Promise<ResultRow[]> {
  let done = 0;
  const rows = await classifyAll(api, files, () => {
    done += 1;
    if (process.stderr.isTTY) process.stderr.write(`\r  ${done} of ${files.length}`);
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  return rows;
}

async function run(aws: EmbeddedAws, files: readonly PictureFile[], options: StartOptions): Promise<Outcome> {
  const api = apiClientOf(aws);
  // The schedules' first starts come later: without the secret nothing is signed.
  aws.receiver.trust(await rotateWebhookSecret(aws, CLIENT));
  const inbox = await TopicInbox.subscribe(aws.clients, aws.names.topicArn(aws.names.reviewTopic), {
    name: aws.names.of('local-review-inbox'),
    parse: parseReview,
  });
  console.error(`\nSending ${files.length} pictures through ${aws.apiUrl}/upload …`);
  const rows = await sendAll(api, files);
  heading('Results');
  print(resultTable(rows));
  if (options.json !== undefined) await writeJsonResults(resolve(fromWhere(), options.json), rows);
  const isUncertain = rows.some(({ category }) => category === 'uncertain');
  const reviews = await inbox.take(isUncertain ? REVIEW_WAIT_SECONDS : 0);
  heading(`Review messages received from the topic ${aws.names.reviewTopic}: ${reviews.length}`);
  if (reviews.length > 0) print(reviewTable(reviews, rows));
  await tellClient(aws, CLIENT);
  const { received } = aws.receiver;
  heading(
    `Webhooks that the client's receiver on this machine got: ${received.length}, of them with a verified signature: ${received.filter(({ event }) => event).length}`,
  );
  heading('Records, as GET /images lists them to this client');
  print(recordTable(await recordsOf(api)));
  heading('Differences from what AWS would get');
  const differences = describeDifferences(aws.deployment.differences, options.verbose);
  print(options.verbose ? differences : differences.flatMap((line) => wrapLine(line)));
  heading('Deployed here, but without effect in the embedded AWS');
  print(NOT_ENFORCED);
  heading('Make the compliance report: npm run compliance');
  const openPage = (): Promise<Console> =>
    startConsole({
      api,
      pictures: files.flatMap(({ path }, index) => (rows[index] ? [{ path, row: rows[index] }] : [])),
      takeReviews: async () => [...reviews.splice(0), ...(await inbox.take())],
      activityFile: runtimeEnvironment(aws.emulator.directory).SERVERLESSAPP_ACTIVITY,
      told: () => aws.receiver.received.map(toldView),
      desk: reviewDesk(aws),
      loadObject: s3ObjectLoader(aws.clients.s3),
      seeLabels: seeLabelsAt(aws.rekognition.url),
      permission: uploadPermission(aws),
      tourPicture: join(PROJECT_ROOT, 'local', 'samples', 'pictures', 'dog.jpg'),
      notEmulated: {
        differences: describeDifferences(aws.deployment.differences, false),
        withoutEffect: NOT_ENFORCED,
      },
      openApi: apiDocument,
      reportDirectory: join(PROJECT_ROOT, 'compliance-report'),
    });
  return { rows, openPage };
}

/**
 * Synthesizes and evaluates by the part of the gate that takes a second: what would not pass it is not deployed here either.
 * @throws SetupError with every finding
 */
async function synthesizeEvaluated(stage: StageName, directory: string): Promise<void> {
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
      `npm run compliance -- --stage ${stage} explains each finding and how to fix it.`,
    );
  });
}

/** Exit codes, as --help tells them. */
const EXIT_NOT_ALL_FINAL = 1;
const EXIT_CANNOT_RUN = 2;

async function serve(
  aws: EmbeddedAws,
  openPage: Outcome['openPage'],
  until: Promise<unknown>,
): Promise<void> {
  const page = await openPage();
  try {
    explainServing(aws, page);
    await until;
  } finally {
    await page.close();
  }
}

/** @throws what ended it early; the embedded AWS's log is kept then */
async function sendAndServe(
  aws: EmbeddedAws,
  files: readonly PictureFile[],
  options: StartOptions,
  interruption: Promise<'interrupted'>,
): Promise<number> {
  const gone = aws.emulator.ended.then((how): never => {
    throw new EmulatorError(`The embedded AWS went away (${how}).`);
  });
  try {
    const outcome = await Promise.race([run(aws, files, options), interruption, gone]);
    if (outcome === 'interrupted') return EXIT_INTERRUPTED;
    const isComplete = outcome.rows.every(isFinal);
    console.error(`\n${secondsSinceStart()} s from start to results.`);
    if (!isComplete) {
      await keepLog(aws.emulator);
      console.error(
        `Not every file became a picture in its final state: "why" says which and for what reason. The embedded AWS's log: ${KEPT_LOG}`,
      );
    }
    if (options.verbose) console.error(await aws.emulator.log());
    if (!options.once) await serve(aws, outcome.openPage, Promise.race([interruption, gone]));
    return isComplete ? 0 : EXIT_NOT_ALL_FINAL;
  } catch (error) {
    await keepLog(aws.emulator);
    throw error;
  } finally {
    await aws.stop();
  }
}

async function main(): Promise<number> {
  const options = parseCommandLine(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const interruption = interrupted();
  if (options.json !== undefined) await checkJsonTarget(resolve(fromWhere(), options.json));
  const files = await picturesToSend(options);
  console.error('Starting the whole system on this machine …');
  const aws = await Promise.race([
    startEmbeddedAws({
      progress: consoleProgress,
      synthesize: synthesizeEvaluated,
      ...(options.port === undefined ? {} : { port: options.port }),
    }),
    interruption,
  ]);
  // What was started so far is supervised and ends with this process.
  if (aws === 'interrupted') return EXIT_INTERRUPTED;
  return sendAndServe(aws, files, options, interruption);
}

async function explain(thrown: unknown): Promise<number> {
  const error = explained(thrown);
  if (error instanceof SetupError) await explainSetupError(error);
  else if (error instanceof ConfigurationError) console.error(`\n${error.message}`);
  else if (error instanceof DeploymentError || error instanceof EmulatorError) {
    console.error(`\n${error.message}\n→ The embedded AWS's log, if it got so far: ${KEPT_LOG}`);
  } else console.error(error);
  return EXIT_CANNOT_RUN;
}

void main()
  .catch(explain)
  .then((code) => process.exit(code));
