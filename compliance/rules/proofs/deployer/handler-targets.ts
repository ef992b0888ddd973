import { dig } from '../model/dig';
import { arnBeside, IDENTIFIERS } from '../model/identifiers';
import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';

/** Whom a policy or a filter speaks of is nothing that the resource itself uses. */
const SPEAKS_OF_OTHERS = new Set(['AssumeRolePolicyDocument', 'PolicyDocument', 'StackFilters']);

/** Every text in the properties of a resource that is an ARN. */
function arnsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('arn:') ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(arnsIn);
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => (SPEAKS_OF_OTHERS.has(name) ? [] : arnsIn(inner)))
    : [];
}

/** ARNs that stand in no property: of the resource itself, or of what CloudFormation deploys by it. */
const COMPOSED: Readonly<Record<string, (resource: Resource) => string[]>> = {
  'AWS::SSM::Parameter': (r) => [arnBeside(r, 'ssm', `parameter/${r.text('Name').replace(/^\//, '')}`)],
  // EventBridge names the secret of a connection itself.
  'AWS::Events::Connection': (r) => [
    arnBeside(r, 'secretsmanager', `secret:events!connection/${r.text('Name')}/0f8fad5b-a1b2c3`),
  ],
  'AWS::SQS::QueuePolicy': (r) =>
    r.list('Queues').map((url) => arnBeside(r, 'sqs', String(url).split('/').at(-1) ?? '')),
  'AWS::Logs::MetricFilter': (r) => [arnBeside(r, 'logs', `log-group:${r.text('LogGroupName')}`)],
  // Whatever prefix a connection's ARN has, the schema asks for the older: https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
  'AWS::CodePipeline::Pipeline': (r) =>
    arnsIn(r.resolved())
      .filter((arn) => arn.includes(':connection/'))
      .map((arn) => arn.replace(/^arn:aws:[^:]+/, 'arn:aws:codestar-connections')),
  'AWS::S3::BucketPolicy': (r) => [`arn:aws:s3:::${r.text('Bucket')}`],
  'AWS::Lambda::Alias': (r) => {
    const application = dig(r.raw, 'UpdatePolicy', 'CodeDeployLambdaAliasUpdate', 'ApplicationName');
    return typeof application === 'string'
      ? [arnBeside(r, 'codedeploy', `deploymentgroup:${application}/any`)]
      : [];
  },
  'AWS::Lambda::Function': (r) => {
    const [bucket, key] = [dig(r.property('Code'), 'S3Bucket'), dig(r.property('Code'), 'S3Key')];
    return typeof bucket === 'string' ? [`arn:aws:s3:::${bucket}/${String(key)}`] : [];
  },
  'AWS::IAM::ManagedPolicy': (r) =>
    r.list('Roles').map((name) => `arn:aws:iam::${r.account}:role/${String(name)}`),
};
const LINKED_ROLE = 'role/aws-service-role/example.amazonaws.com/AWSServiceRoleForExample';
/** Nothing is asked where the resource names none: no role is handed over, no object is read, no traffic shifted. */
const onlyWhatIsNamed = ({ type }: Resource, action: string): boolean =>
  type === 'AWS::IAM::Role'
    ? action === 'iam:PassRole'
    : /^(?:iam:(?:PassRole|GetRole|Attach|Detach)|s3:GetObject)/.test(action) ||
      (type === 'AWS::Lambda::Alias' && action.startsWith('codedeploy:'));

/** ARNs of the resource itself, as far as the model knows them. */
function ownArns(set: TemplateSet, resource: Resource): string[] {
  const known = IDENTIFIERS[resource.type];
  const values = Object.keys(known?.attributes ?? {}).map((attribute) => {
    try {
      return set.attributeOf(resource, attribute);
    } catch (error) {
      // An attribute that stands for a property which this resource does not have.
      if (error instanceof ModelError) return '';
      throw error;
    }
  });
  return [set.refOf(resource), ...values].filter((value) => value.startsWith('arn:'));
}

const VARIABLE = /\$\{([^}]+)\}/g;

const fits = (format: string, arn: string): boolean =>
  new RegExp(
    `^${format
      .split(VARIABLE)
      .map((part, index) => (index % 2 === 1 ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('')}$`,
  ).test(arn);

/** The value of a variable of an ARN's format: of the property of that name, or of the only name that there is. */
function variable(name: string, resource: Resource, properties: Readonly<Record<string, unknown>>): string {
  if (name === 'Partition') return 'aws';
  if (name === 'Region') return resource.region;
  if (name === 'Account') return resource.account;
  const texts = Object.entries(properties).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  const named =
    texts.find(([property]) => name.toLowerCase().startsWith(property.toLowerCase())) ??
    texts.find(([property]) => property === 'Name') ??
    texts.find(([property]) => property.endsWith('Name'));
  return named?.[1].replace(/^\//, '') ?? resource.path;
}

/**
 * The ARNs that a handler's call is authorized on: the resource's own, or that of something which the resource names
 * (its key, its role), or one of the action's format with the resource's names in it. A role is read and handed
 * over within its account only: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export function targetsOf(
  set: TemplateSet,
  resource: Resource,
  action: string,
  formats: readonly string[],
): string[] {
  if (formats.length === 0) return ['*'];
  if (action === 'iam:CreateServiceLinkedRole') return [`arn:aws:iam::${resource.account}:${LINKED_ROLE}`];
  const composed = COMPOSED[resource.type]?.(resource) ?? [];
  const own = [...ownArns(set, resource), ...composed].filter((arn) =>
    formats.some((format) => fits(format, arn)),
  );
  if (own.length > 0 && !onlyWhatIsNamed(resource, action)) return own.slice(0, 1);
  const properties = resource.resolved();
  const named = [...arnsIn(properties), ...composed].filter(
    (arn) =>
      formats.some((format) => fits(format, arn)) &&
      (!/^iam:(?:PassRole|GetRole)$/.test(action) || arn.split(':')[4] === resource.account),
  );
  if (named.length > 0 || onlyWhatIsNamed(resource, action)) return [...new Set(named)];
  const [format = '*'] = formats;
  return [format.replace(VARIABLE, (_whole, name: string) => variable(name, resource, properties))];
}
