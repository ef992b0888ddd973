import { uploadAnswerSchema } from '../../lambda/domain/api-schemas';
import { BOUNDS } from '../../lambda/domain/bounds';
import type { FunctionId } from '../../lambda/functions';
import { apiEvent, InMemorySystem, type PortCall } from '../../test/support/in-memory-system';
import { jpegPicture } from '../../test/support/sample-pictures';
import type { SynthesizedStage } from '../../test/support/synthesized-stage';
import { SURPLUS_SECONDS } from '../simulation/scenarios';
import {
  actionsOf,
  ASSUMED,
  billedAs,
  type CostLine,
  gigabytesOf,
  sumPerMillion,
  trailEventsOf,
  trailSelectors,
} from './picture-costs';

/** What a client can make happen without a picture that is decided. */
export interface ClientAct {
  readonly what: string;
  readonly function: FunctionId;
  /** How long the function is held. */
  readonly seconds: number;
  /** What it costs before it comes to a function. */
  readonly before: readonly Pick<CostLine, 'what' | 'price' | 'units'>[];
  readonly calls: readonly PortCall[];
  /** Actions of the client itself that the trail takes in. */
  readonly onTrail: readonly string[];
  /** How often an hour, at most; undefined where only the client's line bounds it. */
  readonly perHour: number | undefined;
}

const HOUR = 3600;
/** Of so many posts of one form: the picture, those that are kept aside, and one of the many behind them. */
const POSTS = 8;

/** The calls of what is done last. */
async function lastCalls(system: InMemorySystem, act: () => Promise<unknown>): Promise<PortCall[]> {
  const calls: PortCall[] = [];
  system.around = (call, run) => {
    calls.push(call);
    return run();
  };
  await act();
  return calls;
}

/** A read that waits as long as it may for a picture that does not come. */
async function longestWait(): Promise<ClientAct> {
  const system = new InMemorySystem();
  const body = { fileName: 'a.jpg', contentType: 'image/jpeg', size: 1000 };
  const { imageId } = uploadAnswerSchema.parse(JSON.parse((await system.upload(apiEvent({ body }))).body));
  const seconds = BOUNDS.longestWaitSeconds;
  const query = { wait: [String(seconds)] };
  return {
    what: `a wait of ${seconds} s`,
    function: 'query',
    seconds,
    before: [
      { what: 'API Gateway', price: 'apiRequest', units: 1 },
      { what: 'WAF', price: 'firewallRequest', units: 1 },
    ],
    calls: await lastCalls(system, () => system.query(apiEvent({ id: imageId, query }))),
    onTrail: [],
    perHour: (BOUNDS.waitsAtOnce * HOUR) / seconds,
  };
}

/** One more post of a form that brought its picture already. */
async function surplusPost(): Promise<ClientAct> {
  const system = new InMemorySystem();
  const picture = await jpegPicture();
  const body = { fileName: 'a.jpg', contentType: 'image/jpeg', size: picture.length };
  const { imageId } = uploadAnswerSchema.parse(JSON.parse((await system.upload(apiEvent({ body }))).body));
  const key = `input/${imageId}.demo.jpg`;
  const post = async () => {
    system.pictures.post(key, picture);
    const [version] = (await system.pictures.listVersions(key)).versions;
    return () => system.deliver({ key, ...(version && { versionId: version.versionId }) });
  };
  for (let before = 1; before < POSTS; before += 1) await (await post())();
  return {
    what: 'a post of a form that brought its picture',
    function: 'intake',
    seconds: SURPLUS_SECONDS,
    before: [
      { what: 'S3: the post', price: 'objectWrite', units: 1 },
      { what: 'EventBridge', price: 'objectEvent', units: 1 },
      { what: 'SQS', price: 'queueRequest', units: 3 },
    ],
    calls: await lastCalls(system, await post()),
    onTrail: ['s3:PutObject'],
    perHour: undefined,
  };
}

export const clientActs = async (): Promise<ClientAct[]> => [await longestWait(), await surplusPost()];

/**
 * What a million of them cost: calls counted by the real handlers, memory and trail from the templates.
 * @throws Error when a call has no price
 */
export function actCosts(stage: SynthesizedStage, act: ClientAct): CostLine[] {
  const actions = act.calls.flatMap((call) => actionsOf(call).slice(0, 1));
  const units = actions.map(billedAs).filter((unit) => unit !== 'nothing');
  const trail = trailEventsOf(trailSelectors(stage), [...actions, ...act.onTrail], 1);
  return [
    ...act.before.map((line): CostLine => ({ group: 'processing', ...line })),
    { group: 'processing', what: 'Lambda: invocation', price: 'invocation', units: 1 },
    {
      group: 'processing',
      what: `Lambda: ${act.function}, ${act.seconds} s`,
      price: 'gigabyteSecond',
      units: gigabytesOf(stage, act.function) * act.seconds,
    },
    ...[...new Set(units)].map((unit): CostLine => ({
      group: 'processing',
      what: `calls: ${unit}`,
      price: unit,
      units: units.filter((each) => each === unit).length,
    })),
    { group: 'audit', what: 'CloudTrail: data and network events', price: 'trailEvent', units: trail },
    {
      group: 'audit',
      what: 'CloudWatch: the trail, watched',
      price: 'logGigabyte',
      units: (trail * ASSUMED.trailEventKilobytes) / 1_000_000,
    },
  ];
}

/** US dollars for one. */
export const costOf = (stage: SynthesizedStage, act: ClientAct): number =>
  sumPerMillion(actCosts(stage, act), 'processing', 'audit') / 1_000_000;
