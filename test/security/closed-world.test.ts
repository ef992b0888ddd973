import { readInventory } from '../../compliance/rules/proofs/iam/inventory';
import { closedWorld } from '../../compliance/rules/proofs/iam/targets';
import { KNOWN_KEYS } from '../../compliance/rules/proofs/iam/vocabulary';
import { globMatches } from '../../compliance/rules/proofs/iam/wildcards';
import { TemplateSet } from '../../compliance/rules/proofs/model/template-set';
import { byApplication } from '../../compliance/rules/proofs/prove';
import { KNOWN_GAPS } from '../../compliance/service-reference/known-gaps';
import {
  actionsMatching,
  authorizedOn,
  isConditionKey,
  type ReferenceAction,
} from '../../compliance/service-reference/reference';
import { stageTemplates } from '../support/stage-templates';

/**
 * What changes a store, a key or a function, is granted to somebody, and is not asked of everybody in the closed world:
 * who else sees that nobody but those has it. Every statement stands in the reviewed list besides.
 */
const SEEN_ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'keys.test.ts holds who administers keys, and that administering is not using': [
    'kms:CancelKeyDeletion',
    'kms:CreateAlias',
    'kms:DeleteAlias',
    'kms:DisableKey',
    'kms:DisableKeyRotation',
    'kms:EnableKey',
    'kms:EnableKeyRotation',
    'kms:RetireGrant',
    'kms:RevokeGrant',
    'kms:RotateKeyOnDemand',
    'kms:TagResource',
    'kms:UntagResource',
    'kms:UpdateAlias',
    'kms:UpdateKeyDescription',
  ],
  'granted to nobody, and by no key, but beside kms:GenerateDataKey, which is asked': [
    'kms:Encrypt',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ],
  'the contracts of AWS Backup and of the remediation, and iam-grants-used': [
    'backup:CopyIntoBackupVault',
    'backup:StartBackupJob',
    'cloudtrail:StartLogging',
    'dynamodb:CreateBackup',
    'dynamodb:RestoreTableFromAwsBackup',
    'dynamodb:RestoreTableToPointInTime',
    'dynamodb:StartAwsBackupJob',
    's3:PutBucketNotification',
    's3:PutBucketPublicAccessBlock',
    's3:PutInventoryConfiguration',
  ],
  'switches of break-glass and of the release, and the visibility of a message in hand': [
    'lambda:DeleteFunctionConcurrency',
    'lambda:PutFunctionConcurrency',
    'lambda:UpdateAlias',
    'sqs:ChangeMessageVisibility',
  ],
};

const changes = ({ accessLevel }: ReferenceAction): boolean => /Write|Permissions/.test(accessLevel);
const worlds = byApplication(stageTemplates('prod')).map(({ templates }) => {
  const set = new TemplateSet(templates);
  const inventory = readInventory(set);
  const { roles, resourcePolicies } = inventory;
  const holders = [
    ...roles.map(({ identity }) => identity),
    ...resourcePolicies.map(({ statements }) => statements),
  ].map((statements) => statements.filter(({ effect }) => effect === 'Allow'));
  return { targets: closedWorld(set, inventory), holders, allowing: holders.flat() };
});

/** What the Reference says that a policy's statement lets somebody change on what the closed world is about. */
const granted = new Set(
  worlds.flatMap(({ targets, allowing }) => {
    const resources = [...new Set(targets.map(({ resource }) => resource))].filter((name) => name !== '*');
    return allowing.flatMap((statement) =>
      statement.actions.items
        .flatMap(actionsMatching)
        .filter(
          (action) =>
            changes(action) &&
            resources.some(
              (resource) =>
                (statement.resources?.items ?? ['*']).some((pattern) => globMatches(pattern, resource)) &&
                authorizedOn(action, resource),
            ),
        )
        .map(({ id }) => id),
    );
  }),
);
const asked = new Set(worlds.flatMap(({ targets }) => targets.map(({ action }) => action)));

describe('what the closed world asks', () => {
  it('is, by AWS’s Reference, whatever a policy lets anybody change, but what is seen elsewhere', () => {
    expect([...granted].filter((action) => !asked.has(action)).sort()).toEqual(
      Object.values(SEEN_ELSEWHERE).flat().sort(),
    );
  });
  it('lets nobody encrypt who may not make data keys', () => {
    const [, beside = []] =
      Object.entries(SEEN_ELSEWHERE).find(([why]) => why.startsWith('granted to nobody')) ?? [];
    const grants = (statements: (typeof worlds)[number]['allowing'], action: string): boolean =>
      statements.some(({ actions }) => actions.items.some((pattern) => globMatches(pattern, action, true)));
    const alone = worlds.flatMap(({ holders }) =>
      holders.filter(
        (statements) =>
          beside.some((action) => grants(statements, action)) && !grants(statements, 'kms:GenerateDataKey'),
      ),
    );
    expect(beside).toHaveLength(4);
    expect(alone.flat().map(({ origin }) => origin)).toEqual([]);
  });
});

describe('the keys that the evaluator knows', () => {
  it('are keys of AWS', () => {
    // What the reference lacks has its page in the list of gaps.
    const gaps = new Set(KNOWN_GAPS.flatMap(({ conditionKeys }) => conditionKeys));
    expect([...KNOWN_KEYS].filter((key) => !isConditionKey(key) && !gaps.has(key))).toEqual([]);
    expect(isConditionKey('aws:SourceStar')).toBe(false);
  });
});
