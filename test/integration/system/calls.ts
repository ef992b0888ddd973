import { type Event, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { createHash } from 'node:crypto';
import { FUNCTION_CALLS, FUNCTION_IDS, type FunctionId } from '../../../lambda/functions';
import type { GetSystem, TestSystem } from './test-system';

/** Requests to the emulator's S3 by bucket host do not reach its trail; unit tests of the adapters cover S3. */
const isRecorded = (action: string): boolean =>
  !action.startsWith('s3:') && action !== 'rekognition:DetectLabels';

/** What one request asks IAM for, when that is not its own name. */
const ACTIONS_OF_REQUEST: Readonly<Record<string, readonly string[]>> = {
  // The emulator's trail does not read the query protocol; Publish is the one call of it that a grant allows.
  'sns:POST.sns': ['sns:Publish'],
  'dynamodb:TransactWriteItems': ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem'],
};

/** Declared, but made only when two workers meet; the crash explorer covers it. */
const ONLY_IN_RACES: Readonly<Partial<Record<FunctionId, readonly string[]>>> = {
  organise: ['dynamodb:GetItem'],
};

/** The emulator derives a function's access key from its ARN and role. */
const accessKeysOf = ({ aws }: TestSystem, id: FunctionId): string[] => {
  const arn = aws.names.functionArn(id);
  return ['', ':live', ':1', ':$LATEST'].map((qualifier) => {
    const digest = createHash('sha256')
      .update(`${arn}${qualifier}:${aws.names.functionRoleArn(id)}`)
      .digest('hex');
    return `ASIA${digest.slice(0, 16).toUpperCase()}`;
  });
};

const actionOf = ({ EventSource = '', EventName = '' }: Event): string =>
  `${EventSource.replace('.amazonaws.com', '')}:${EventName}`;

/** All events of an access key. The emulator answers the newest fifty and no token: earlier ones by earlier ends. */
async function eventsOf({ aws }: TestSystem, accessKey: string): Promise<Event[]> {
  const found = new Map<string, Event>();
  for (let before = -1, EndTime = new Date(Date.now() + 1000); before !== found.size;) {
    before = found.size;
    const { Events = [] } = await aws.clients.cloudTrail.send(
      new LookupEventsCommand({
        EndTime,
        LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue: accessKey }],
      }),
    );
    for (const event of Events) found.set(event.EventId ?? '', event);
    EndTime = Events.at(-1)?.EventTime ?? EndTime;
  }
  return [...found.values()];
}

async function actionsMade(system: TestSystem): Promise<Map<FunctionId, Set<string>>> {
  const functionOf = new Map(
    FUNCTION_IDS.flatMap((id) => accessKeysOf(system, id).map((key) => [key, id] as const)),
  );
  const made = new Map<FunctionId, Set<string>>(FUNCTION_IDS.map((id) => [id, new Set()]));
  for (const [accessKey, id] of functionOf) {
    for (const event of await eventsOf(system, accessKey)) {
      const action = actionOf(event);
      for (const asked of ACTIONS_OF_REQUEST[action] ?? [action]) made.get(id)?.add(asked);
    }
  }
  return made;
}

/** After all other cases: what the functions really called, against what they declare. */
export function describeCalls(system: GetSystem): void {
  it('every function calls what it declares, and nothing else', async () => {
    const made = await actionsMade(system());
    const declared = new Map(
      FUNCTION_IDS.map((id) => [
        id,
        new Set<string>(
          FUNCTION_CALLS[id]
            .map(({ action }) => action)
            .filter((action) => isRecorded(action) && !ONLY_IN_RACES[id]?.includes(action)),
        ),
      ]),
    );
    expect(new Map([...made].map(([id, actions]) => [id, [...actions].filter(isRecorded).sort()]))).toEqual(
      new Map([...declared].map(([id, actions]) => [id, [...actions].sort()])),
    );
  });
}
