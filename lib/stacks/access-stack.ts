import type { Construct } from 'constructs';
import { personPlaceholders } from '../constructs/people/person-placeholders';
import { type Person, PERSON_POLICIES, PERSON_ROLES, PersonRole } from '../constructs/people/person-role';
import { EvidenceReaderRole } from '../constructs/people/evidence-reader-role';
import { ReleaseTesterRole } from '../constructs/people/release-tester-role';
import { ClientSecret } from '../constructs/rotation/client-secret';
import { rotationRole } from '../constructs/rotation/rotation-role';
import { RotationSchedules } from '../constructs/rotation/rotation-schedules';
import { WebhookSecret } from '../constructs/webhooks/webhook-secret';
import { StandardStateMachine } from '../constructs/workflows/standard-state-machine';
import { toldClients } from '../config/schema';
import { apiKeyRotationDefinition } from '../rotation/api-key-rotation-definition';
import { cursorKeyRotationDefinition } from '../rotation/cursor-key-rotation-definition';
import { webhookSecretRotationDefinition } from '../rotation/webhook-secret-rotation-definition';
import type { FunctionNetwork, StageStackProps } from '../stage-context';
import { StageStack } from './stage-stack';

export interface AccessStackProps extends StageStackProps {
  /** Usage plan ids by the plan ids of the configuration. */
  readonly usagePlanIds: Readonly<Record<string, string>>;
  readonly network: FunctionNetwork;
}

const DESCRIPTIONS: Record<Person, string> = {
  auditor: 'Reads configuration and evidence, no data',
  operator: 'Sees the running system and redrives pictures, no data',
  'data-steward': 'Erases pictures and records, hands API keys to clients',
  reviewer: 'Decides uncertain pictures through the API; reaches no store',
  'break-glass': 'Emergencies: stops clients and functions, restores; its use is an alarm',
};

/** Who gets in besides functions: people by role and second factor, clients by keys that rotate. */
export class AccessStack extends StageStack {
  constructor(scope: Construct, id: string, props: AccessStackProps) {
    super(scope, id, props, 'Roles of people, rotation of API keys and of what signs');
    const { config, names, keys } = props;
    const placeholders = personPlaceholders(config, names, keys);
    // IAM cannot make roles when us-east-1 is down, so those who work in the other region have theirs there before.
    const person = (role: Person) =>
      new PersonRole(this, role, {
        names,
        role,
        description: DESCRIPTIONS[role],
        policies: Object.fromEntries(
          PERSON_POLICIES[role].map((policy) => [
            policy,
            { file: policy, placeholders: placeholders[policy] },
          ]),
        ),
      }).role;
    if (names.isPrimaryRegion)
      new EvidenceReaderRole(this, 'EvidenceReader', { ...props, auditor: person('auditor') });
    for (const role of PERSON_ROLES.filter((other) => other !== 'auditor')) person(role);

    if (names.isPrimaryRegion) new ReleaseTesterRole(this, 'ReleaseTester', props);
    for (const client of config.clients) new ClientSecret(this, `Secret-${client.id}`, { ...props, client });
    const told = toldClients(config);
    for (const { id: clientId } of told)
      new WebhookSecret(this, `WebhookSecret-${clientId}`, { ...props, clientId });
    // The history holds key values.
    const shared = { ...props, serviceRole: rotationRole(this, props), key: keys.secrets };
    new RotationSchedules(this, 'Schedules', {
      ...props,
      apiKeyRotation: new StandardStateMachine(this, 'ApiKeyRotation', {
        ...shared,
        stateMachineName: names.apiKeyRotation,
        definition: apiKeyRotationDefinition(names, config.apiKeyRotation.overlapDays),
      }),
      cursorKeyRotation: new StandardStateMachine(this, 'CursorKeyRotation', {
        ...shared,
        stateMachineName: names.cursorKeyRotation,
        definition: cursorKeyRotationDefinition(names),
      }),
      webhookSecretRotation:
        told.length === 0
          ? undefined
          : new StandardStateMachine(this, 'WebhookSecretRotation', {
              ...shared,
              stateMachineName: names.webhookSecretRotation,
              definition: webhookSecretRotationDefinition(),
            }),
    });
  }
}
