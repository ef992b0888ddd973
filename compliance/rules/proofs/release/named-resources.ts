import { IDENTIFIERS } from '../model/identifiers';
import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';

/** Property that holds the name, for types whose identifiers the model does not know. */
const NAME_PROPERTY: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName',
  'AWS::CodeBuild::Project': 'Name',
  'AWS::CodeDeploy::Application': 'ApplicationName',
  'AWS::CodePipeline::Pipeline': 'Name',
  'AWS::Config::ConfigRule': 'ConfigRuleName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::WAFv2::WebACL': 'Name',
};
/** Property that names the resource itself among its like alone: nothing else is called by it. */
const OWN_NAME: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::ApiKey': 'Name',
  'AWS::EC2::SecurityGroup': 'GroupName',
  'AWS::Logs::MetricFilter': 'FilterName',
};
export const isOwnName = (type: string, property: string): boolean => OWN_NAME[type] === property;

/** Every name and ARN of ours begins so, or ends so after the service's own words; shorter ones (`live`) say nothing. */
const OURS = 'serverlessapp-';

/** What other templates can call the resource by: its name and its ARNs, as far as we choose them. */
export function identifiersOf(set: TemplateSet, resource: Resource): string[] {
  const property = NAME_PROPERTY[resource.type];
  const attributes = Object.keys(IDENTIFIERS[resource.type]?.attributes ?? {});
  const values = [
    ...(property === undefined ? [] : [resource.optionalText(property)]),
    set.refOf(resource),
    ...attributes.map((attribute) => orNothing(() => set.attributeOf(resource, attribute))),
  ];
  return [...new Set(values)].filter(
    (value): value is string =>
      value !== undefined && value.includes(OURS) && !value.includes(`${resource.stackName}/`),
  );
}

/** An attribute that stands for a property of the resource which it does not have. */
function orNothing(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}

/** Finds resources by what a property says. */
export class NamedResources {
  private readonly known = new Map<string, Resource[]>();

  constructor(set: TemplateSet) {
    for (const resource of set.resources()) {
      for (const identifier of identifiersOf(set, resource)) {
        // CloudWatch Logs' own ARN of a group ends in `:*`.
        const plain = identifier.replace(/:\*$/, '');
        this.known.set(plain, [...(this.known.get(plain) ?? []), resource]);
      }
    }
  }

  /** Every resource that the text is the name or ARN of, or the ARN of something in it. */
  namedBy(text: string): readonly Resource[] {
    for (let end = text.length; end > 0; end = lastSeparator(text, end)) {
      const found = this.known.get(text.slice(0, end));
      if (found) return found;
      if (!text.startsWith('arn:')) return [];
    }
    return [];
  }
}

const lastSeparator = (text: string, before: number): number =>
  Math.max(text.lastIndexOf(':', before - 1), text.lastIndexOf('/', before - 1));
