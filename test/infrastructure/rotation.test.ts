import { loadStageConfig } from '../../lib/config/load';
import { Names } from '../../lib/names';
import { apiKeyRotationDefinition } from '../../lib/rotation/api-key-rotation-definition';
import { toldClients } from '../../lib/config/schema';
import { webhookSecretRotationDefinition } from '../../lib/rotation/webhook-secret-rotation-definition';
import { cursorKeyRotationDefinition } from '../../lib/rotation/cursor-key-rotation-definition';
import { statementsOf } from '../support/policy-statements';
import { at, ofType, STAGES, synthesized } from '../support/synthesized-stage';

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Catch?: { readonly Next: string }[];
  readonly Retry?: unknown[];
  readonly Seconds?: number;
  readonly ItemProcessor?: Machine;
}
interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** The IAM action of each call of the SDK integrations. */
const IAM_ACTIONS: Readonly<Record<string, string>> = {
  'apigateway:getApiKeys': 'apigateway:GET',
  'apigateway:createApiKey': 'apigateway:POST',
  'apigateway:createUsagePlanKey': 'apigateway:POST',
  'apigateway:getUsagePlanKey': 'apigateway:GET',
  'apigateway:updateApiKey': 'apigateway:PATCH',
  'apigateway:deleteApiKey': 'apigateway:DELETE',
  'ssm:putParameter': 'ssm:PutParameter',
  'secretsmanager:putSecretValue': 'secretsmanager:PutSecretValue',
  'secretsmanager:getRandomPassword': 'secretsmanager:GetRandomPassword',
};

const config = loadStageConfig('prod');
const names = new Names(config, config.region);
const apiKey = apiKeyRotationDefinition(names, config.apiKeyRotation.overlapDays) as Machine;
const cursor = cursorKeyRotationDefinition(names) as Machine;

const webhookSecret = webhookSecretRotationDefinition() as Machine;

const machinesIn = (machine: Machine): Machine[] => [
  machine,
  ...Object.values(machine.States).flatMap(({ ItemProcessor }) =>
    ItemProcessor === undefined ? [] : machinesIn(ItemProcessor),
  ),
];
const statesOf = (machine: Machine): State[] =>
  machinesIn(machine).flatMap(({ States }) => Object.values(States));
const callsOf = (machine: Machine): string[] =>
  statesOf(machine).flatMap(({ Resource }) =>
    Resource === undefined ? [] : [Resource.replace('arn:aws:states:::aws-sdk:', '')],
  );
/** The way that a rotation takes when nothing fails. */
const wayOf = (machine: Machine): string[] => {
  const way: string[] = [];
  for (
    let state: string | undefined = machine.StartAt;
    state !== undefined;
    state = machine.States[state]?.Next
  )
    way.push(state);
  return way;
};

describe('the rotation of an API key', () => {
  it('lists the old keys before it makes the new one, stores it before the old ones go, and waits in between', () => {
    expect(wayOf(apiKey)).toEqual([
      'FindOldKeys',
      'CreateKey',
      'NameClient',
      'AddToPlan',
      'Confirm',
      'Store',
      'Overlap',
      'DisableOldKeys',
    ]);
    expect(apiKey.States['Overlap']?.Seconds).toBe(config.apiKeyRotation.overlapDays * 86_400);
  });
  it('takes the new key away again when it fails before the key is stored', () => {
    for (const state of ['NameClient', 'AddToPlan', 'Confirm', 'Store'])
      expect(apiKey.States[state]?.Catch?.map(({ Next }) => Next)).toEqual(['RemoveNewKey']);
    expect(apiKey.States['RemoveNewKey']?.Next).toBe('RotationFailed');
    expect(apiKey.States['RotationFailed']?.Type).toBe('Fail');
  });
  it('makes a key only once, whatever the answer', () => {
    expect(apiKey.States['CreateKey']?.Retry).toEqual([]);
  });
  it('disables old keys and deletes none but the new one that failed', () => {
    expect(callsOf(apiKey).filter((call) => /delete/i.test(call))).toEqual(['apigateway:deleteApiKey']);
    const inner = apiKey.States['DisableOldKeys']?.ItemProcessor;
    expect(inner === undefined ? [] : callsOf(inner)).toEqual(['apigateway:updateApiKey']);
  });
});

describe.each([
  ['API key', apiKey],
  ['cursor key', cursor],
  ['secret that signs', webhookSecret],
])('the rotation of the %s', (_what, machine) => {
  it('leads nowhere that is not there, and ends', () => {
    for (const { States, StartAt } of machinesIn(machine)) {
      const targets = Object.values(States).flatMap((state) => [
        ...(state.Next === undefined ? [] : [state.Next]),
        ...(state.Catch ?? []).map(({ Next }) => Next),
      ]);
      expect([StartAt, ...targets].filter((target) => !(target in States))).toEqual([]);
      for (const state of Object.values(States))
        expect(state.Next !== undefined || state.End === true || state.Type === 'Fail').toBe(true);
    }
  });
});

describe.each(STAGES)('rotation in %s', (name) => {
  const stage = synthesized(name);
  it('has exactly the grants that its calls need', () => {
    const granted = statementsOf(stage)
      .filter(
        ({ resource }) =>
          resource.Properties['ManagedPolicyName'] === stage.names.of('api-key-rotation-policy'),
      )
      .flatMap(({ actions }) => actions)
      .filter((action) => !/^(kms|logs|xray):/.test(action));
    const needed = [...callsOf(apiKey), ...callsOf(cursor)].map(
      (call) => IAM_ACTIONS[call] ?? `unknown ${call}`,
    );
    expect([...new Set(granted)].sort()).toEqual([...new Set(needed)].sort());
  });
  it('comes for every client, with a plan that exists and a secret of its own', () => {
    const schedules = ofType(stage, 'AWS::Scheduler::Schedule').map(({ Properties }) =>
      JSON.stringify(at(Properties, 'Target', 'Input')),
    );
    const secrets = ofType(stage, 'AWS::SecretsManager::Secret').map(
      ({ Properties }) => Properties['Name'] as string,
    );
    for (const { id, webhook } of stage.config.clients) {
      // One more starts the telling.
      expect(schedules.filter((input) => input.includes(`clientId\\\":\\\"${id}`))).toHaveLength(
        webhook ? 2 : 1,
      );
      expect(secrets).toContain(stage.names.clientSecret(id));
    }
    const told = toldClients(stage.config).map(({ id }) => stage.names.webhookSecret(id));
    for (const secret of told) {
      expect(schedules.filter((input) => input.includes(secret))).toHaveLength(1);
      expect(secrets).toContain(secret);
    }
    expect(schedules).toHaveLength(stage.config.clients.length + 1 + 2 * told.length);
  });
  it('runs at the configured pace for every client, and is switched on (EXC-002)', () => {
    const { clients, apiKeyRotation } = stage.config;
    for (const { id } of clients)
      expect(
        ofType(stage, 'AWS::Scheduler::Schedule')
          .map(({ Properties }) => Properties)
          .filter(
            (schedule) =>
              JSON.stringify(at(schedule, 'Target', 'Arn')).includes('ApiKeyRotation') &&
              JSON.stringify(at(schedule, 'Target', 'Input')).includes(`clientId\\\":\\\"${id}`),
          )
          .map((schedule) => [schedule['ScheduleExpression'], schedule['State'] ?? 'ENABLED']),
      ).toEqual([[`rate(${apiKeyRotation.everyDays} days)`, 'ENABLED']]);
  });
  it('keeps a history that only the rotation can read', () => {
    const rotations = ofType(stage, 'AWS::StepFunctions::StateMachine').filter(({ Properties }) =>
      String(Properties['StateMachineName']).endsWith('-rotation'),
    );
    expect(rotations).toHaveLength(toldClients(stage.config).length > 0 ? 3 : 2);
    for (const { Properties } of rotations) {
      expect(JSON.stringify(Properties['EncryptionConfiguration'])).toContain('SecretsKey');
      expect(at(Properties, 'LoggingConfiguration', 'IncludeExecutionData')).toBe(false);
    }
  });
});
