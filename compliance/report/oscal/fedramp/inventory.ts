import type { Evidence } from '../../evidence';
import type { Identifiers } from '../identifiers';
import { fedrampProp } from './properties';

/** Kinds of resources that run code, hold data or keys, or are reached: what each is to an inventory. */
const ASSETS: Readonly<Record<string, { readonly asset: string; readonly software: string }>> = {
  'AWS::ApiGateway::RestApi': { asset: 'web-server', software: 'Amazon API Gateway' },
  'AWS::DynamoDB::Table': { asset: 'database', software: 'Amazon DynamoDB' },
  'AWS::DynamoDB::GlobalTable': { asset: 'database', software: 'Amazon DynamoDB' },
  'AWS::KMS::Key': { asset: 'encryption-key', software: 'AWS KMS' },
  'AWS::Lambda::Function': { asset: 'function', software: 'AWS Lambda' },
  'AWS::S3::Bucket': { asset: 'object-store', software: 'Amazon S3' },
  'AWS::SQS::Queue': { asset: 'queue', software: 'Amazon SQS' },
  'AWS::StepFunctions::StateMachine': { asset: 'workflow', software: 'AWS Step Functions' },
};

/** Everything of these kinds in the evaluated templates. */
export function inventoryItems({ rows, identity }: Evidence, ids: Identifiers): object[] {
  const stacks = new Set(identity.stacks.map(({ name }) => name));
  const items = new Map<string, object>();
  for (const { stack, resource, resourceType } of rows) {
    const kind = ASSETS[resourceType ?? ''];
    if (kind === undefined || stack === undefined || !stacks.has(stack)) continue;
    const prop = (name: string, value: string) => ({ name, value });
    items.set(`${stack}/${resource}`, {
      uuid: ids.of('fedramp-item', stack, resource),
      description: `${resourceType} ${resource} of ${stack}, evaluated as a template.`,
      props: [
        prop('asset-id', `${stack}/${resource}`),
        prop('asset-type', kind.asset),
        prop('virtual', 'yes'),
        prop('public', resourceType === 'AWS::ApiGateway::RestApi' ? 'yes' : 'no'),
        // There is no host to scan: templates, code and packages are evaluated instead.
        fedrampProp('scan-type', 'other'),
        prop('software-name', kind.software),
        prop('software-version', 'managed by AWS; it has none that customers see'),
        prop('function', `${kind.asset} of ${stack}`),
      ],
      'implemented-components': [
        // OSCAL wants an identifier here, too, and FedRAMP each only once.
        {
          'component-uuid': ids.thisSystem,
          props: [prop('asset-id', `${stack}/${resource}/serverlessapp`)],
        },
      ],
    });
  }
  return [...items.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}
