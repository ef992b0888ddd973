import type { Resource } from '../proofs/model/resource';
import type { TemplateSet } from '../proofs/model/template-set';

/** Attributes that hold a resource's ARN, where it is not `Arn`. */
const ARN_ATTRIBUTE: Readonly<Record<string, string>> = {
  'AWS::SNS::Topic': 'TopicArn',
  'AWS::SecretsManager::Secret': 'Id',
  'AWS::Backup::BackupVault': 'BackupVaultArn',
  'AWS::IAM::ManagedPolicy': 'PolicyArn',
};
/** Types whose `Ref` is their ARN. */
const REFERENCE_IS_ARN: ReadonlySet<string> = new Set([
  'AWS::Lambda::Alias',
  'AWS::Lambda::Version',
  'AWS::StepFunctions::StateMachineVersion',
]);

/** Stands for every name and ARN of the index. */
const INDEX = 'names and ARNs';

/** Finds the resource that an ARN, a reference or a name in a template stands for. */
export class ResourceIndex {
  private readonly arns = new Map<string, Resource>();
  private readonly names = new Map<string, Resource[]>();
  private readonly ownArns = new Map<Resource, string | undefined>();

  constructor(private readonly set: TemplateSet) {
    const all = [...set.resources(), ...set.context()].map((resource) => ({
      resource,
      ...resource.remember(ResourceIndex, () => ({
        name: set.refOf(resource),
        arn: this.composeArn(resource),
      })),
    }));
    for (const { resource, name, arn } of all) {
      const namesakes = this.names.get(name);
      if (namesakes) namesakes.push(resource);
      else this.names.set(name, [resource]);
      this.ownArns.set(resource, arn);
      if (arn !== undefined && !this.arns.has(arn)) this.arns.set(arn, resource);
    }
    set.sign(INDEX, () =>
      all.map(({ resource, name, arn }) => [resource.path, name, arn].join(' ')).join('\n'),
    );
  }

  /** The resource's ARN; undefined where the model knows none. */
  arnOf(resource: Resource): string | undefined {
    this.set.read(INDEX);
    return this.ownArns.get(resource);
  }

  private composeArn(resource: Resource): string | undefined {
    const { type, region, account } = resource;
    const reference = this.set.refOf(resource);
    if (REFERENCE_IS_ARN.has(type) || reference.startsWith('arn:')) return reference;
    switch (type) {
      case 'AWS::KMS::Alias':
        return `arn:aws:kms:${region}:${account}:${reference}`;
      case 'AWS::Logs::LogGroup':
        return `arn:aws:logs:${region}:${account}:log-group:${reference}`;
      case 'AWS::StepFunctions::StateMachineAlias':
        return this.aliasArn(resource);
      case 'AWS::SSM::Parameter':
        return `arn:aws:ssm:${region}:${account}:parameter${reference}`;
      default:
        return this.attribute(resource, ARN_ATTRIBUTE[type] ?? 'Arn');
    }
  }

  private attribute(resource: Resource, name: string): string | undefined {
    return this.set.knowsAttribute(resource, name) ? this.set.attributeOf(resource, name) : undefined;
  }

  private aliasArn(alias: Resource): string {
    const [route] = alias.list('RoutingConfiguration') as { StateMachineVersionArn?: string }[];
    const preference = alias.property('DeploymentPreference') as
      { StateMachineVersionArn?: string } | undefined;
    const version = preference?.StateMachineVersionArn ?? route?.StateMachineVersionArn ?? alias.path;
    return `${version.split(':').slice(0, 7).join(':')}:${alias.text('Name')}`;
  }

  /** ARNs of all resources of a type (`every AWS::SecretsManager::Secret`); undefined when the text asks for none. */
  every(text: string): (string | undefined)[] | undefined {
    const type = /^every (AWS::\w+::\w+)$/.exec(text)?.[1];
    return type === undefined ? undefined : this.set.resources(type).map((resource) => this.arnOf(resource));
  }

  nameOf(resource: Resource): string {
    return this.set.refOf(resource);
  }

  /** The resource with exactly this ARN. */
  withArn(arn: string): Resource | undefined {
    this.set.read(INDEX);
    return this.arns.get(arn);
  }

  /** What a property names, be it by ARN, by reference or by name. */
  behind(value: string, from: Resource): Resource | undefined {
    return this.named(value, from)[0] ?? this.behindArn(value);
  }

  /** The one resource of a type in the same Region, where an application has but one. */
  ofType(type: string, beside: Resource): Resource | undefined {
    return this.set.resources(type).find(({ region }) => region === beside.region);
  }

  /** ARN of the key that a text names by id, ARN or the ARN of an alias. */
  keyArn(named: string, from: Resource): string | undefined {
    this.set.read(INDEX);
    const [byId] = this.named(named, from).filter(({ type }) => type === 'AWS::KMS::Key');
    const found = byId ?? this.arns.get(named);
    if (found?.type === 'AWS::KMS::Alias') return this.keyArn(found.text('TargetKeyId'), found);
    return found?.type === 'AWS::KMS::Key' ? this.arnOf(found) : named;
  }

  /** Whether a value is but the resource's own name or ARN. */
  isOwn(resource: Resource, value: string): boolean {
    return value === this.set.refOf(resource) || value === this.arnOf(resource);
  }

  /** The resource that an ARN names, or one that holds what it names (an object, a stream of a log group). */
  behindArn(arn: string): Resource | undefined {
    this.set.read(INDEX);
    if (!arn.startsWith('arn:')) return undefined;
    let text = arn;
    for (;;) {
      const found = this.arns.get(text);
      if (found) return found;
      const cut = Math.max(text.lastIndexOf(':'), text.lastIndexOf('/'));
      text = text.slice(0, Math.max(cut, 0));
      if (text.split(':').length < 6) return undefined;
    }
  }

  /** The resources that a name or a reference may stand for, of the same account and region. */
  named(name: string, from: Resource): readonly Resource[] {
    this.set.read(INDEX);
    // Names of buckets are the world's, all others are a Region's of an account.
    return (this.names.get(name) ?? []).filter(
      (resource) =>
        resource !== from &&
        resource.account === from.account &&
        (resource.region === from.region || resource.type === 'AWS::S3::Bucket'),
    );
  }
}
