import type { StageConfig } from '../../lib/config/schema';
import type { Assembly, EvaluatedResource } from '../assembly/assembly';
import { KEYS_OF } from '../rules/nag/keys-of';
import { asList, asObject } from '../rules/nag/resolved';

/** One line of a one-page matrix: its cells by the column's name. */
export type MatrixRow = Readonly<Record<string, string>>;

const resourcesOf = (assembly: Assembly): readonly EvaluatedResource[] =>
  assembly.stacks.flatMap(({ resources }) => resources);

/** What a value in a template says to a person: a name, the end of an import's name, or a resource's id. */
function readable(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::ImportValue': imported, Ref: reference, 'Fn::GetAtt': attribute } = asObject(value);
  if (typeof imported === 'string')
    return imported.replace(/^.*ExportsOutput(FnGetAtt|Ref)/, '').replace(/[0-9A-F]{8,}.*$/, '');
  if (typeof reference === 'string') return reference.replace(/[0-9A-F]{8}$/, '');
  if (Array.isArray(attribute)) return String(attribute[0]).replace(/[0-9A-F]{8}$/, '');
  return 'composed';
}

const nameOf = ({ body, logicalId }: EvaluatedResource): string => {
  const named = Object.entries(body.Properties ?? {}).find(
    ([key, value]) => /^(\w*Name|Name)$/.test(key) && typeof value === 'string',
  );
  return typeof named?.[1] === 'string' ? named[1] : logicalId;
};

/** What holds data, and under which key. */
export const encryptionMatrix = (assembly: Assembly): MatrixRow[] =>
  resourcesOf(assembly).flatMap((resource) => {
    const keys = KEYS_OF[resource.type]?.(resource.body.Properties ?? {});
    if (keys === undefined) return [];
    const named = keys.filter((key) => key !== undefined).map(readable);
    return [
      {
        Store: nameOf(resource),
        Kind: resource.type.replace('AWS::', '').replace('::', ' '),
        Key: named.length > 0 ? [...new Set(named)].join(', ') : 'key of AWS',
        Stack: resource.stack,
      },
    ];
  });

/** Who may take on which role. */
export const accessMatrix = (assembly: Assembly): MatrixRow[] =>
  resourcesOf(assembly)
    .filter(({ type }) => type === 'AWS::IAM::Role')
    .map((resource) => {
      const statements = asList(
        asObject(resource.body.Properties?.['AssumeRolePolicyDocument'])['Statement'],
      ).map(asObject);
      const who = statements.flatMap(({ Principal }) =>
        Object.entries(asObject(Principal)).flatMap(([kind, value]) =>
          asList(value).map((one) => (kind === 'Service' ? String(one) : `${kind}: ${readable(one)}`)),
        ),
      );
      const people = statements.some(({ Condition }) =>
        JSON.stringify(Condition ?? {}).includes('MultiFactorAuth'),
      );
      const description = resource.body.Properties?.['Description'];
      return {
        Role: nameOf(resource),
        'Taken on by': who.join(', '),
        Kind: people ? 'person, multi-factor authentication' : 'machine',
        Purpose: typeof description === 'string' ? description : '',
      };
    });

const WHAT_IS_KEPT: Readonly<Record<keyof StageConfig['retention'], string>> = {
  pendingRecord: 'Record of a promised upload that never arrived',
  classifiedPicture: 'Classified pictures and their records',
  reviewPicture: 'Pictures awaiting review and their records',
  quarantinedPicture: 'Rejected pictures and their records',
  inputPicture: 'Pictures left in input/ after a failure',
  noncurrentVersion: 'Overwritten and deleted versions',
  accessLog: 'Bucket access logs',
  applicationLog: 'Application logs (opaque ids only)',
  auditLog: 'Audit trail in the log group',
  auditObject: 'Audit trail in its bucket',
  backup: 'Backups',
};

/** How long each kind of data lives, from the one table that everything else is derived from. */
export const retentionMatrix = ({ retention }: StageConfig): MatrixRow[] =>
  Object.entries(WHAT_IS_KEPT).map(([key, what]) => ({
    Data: what,
    'Days kept': String(retention[key as keyof StageConfig['retention']]),
  }));
