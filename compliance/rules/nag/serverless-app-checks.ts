import type { CfnResource } from 'aws-cdk-lib';
import { NagMessageLevel, NagPack, type NagRuleResult } from 'cdk-nag';
import { CustomerManagedKey } from './customer-managed-key';
import { DataPerimeter } from './data-perimeter';
import { EmbeddedMetricsOnly } from './embedded-metrics-only';
import { EndpointPolicy } from './endpoint-policy';
import { FunctionSecurityGroup } from './function-security-group';
import { evaluateName } from './name-prefix';
import { NoCustomResource } from './no-custom-resource';
import { NoSecretsInEnvironment } from './no-secrets-in-environment';
import { evaluateTags } from './required-tags';

interface OwnRule {
  readonly rule: (node: CfnResource) => NagRuleResult;
  readonly info: string;
  readonly explanation: string;
}

/** What a team's rules ask for by name. */
export interface Conventions {
  readonly requiredTags: readonly string[];
  readonly namePattern: string | undefined;
  /** The services that the code of functions in a VPC calls, by logical id or name. */
  readonly functionsCall: Readonly<Record<string, readonly string[]>>;
  /** Accounts that are the team's own, besides those that the templates are for. */
  readonly ownAccounts: readonly string[];
}

const RULES: readonly OwnRule[] = [
  {
    rule: DataPerimeter,
    info: 'The store denies what comes from outside the data perimeter.',
    explanation:
      'A leaked credential could read the data from anywhere. Add a Deny with aws:SourceVpce (and aws:PrincipalIsAWSService, aws:ViaAWSService) to the resource policy; see policies/README.md.',
  },
  {
    rule: EndpointPolicy,
    info: 'The VPC endpoint has a policy that names actions and our own principals.',
    explanation:
      "An endpoint without a narrow policy is a way out to other accounts' resources. Name the actions that the code calls and condition any principal on aws:PrincipalArn.",
  },
  {
    rule: FunctionSecurityGroup,
    info: 'The function runs in the VPC with a security group of its own.',
    explanation:
      'Functions that share a group share their reach. Build the function with the function construct, which gives each its own group.',
  },
  {
    rule: CustomerManagedKey,
    info: 'Data at rest is encrypted under a customer-managed key.',
    explanation: 'Name the key of the data domain (lib/names.ts: KEY_DOMAINS) in the encryption property.',
  },
  {
    rule: EmbeddedMetricsOnly,
    info: 'Metrics leave by embedded metric format only.',
    explanation:
      'Drop cloudwatch:PutMetricData and endpoints for monitoring or logs; write metrics to the log stream.',
  },
  {
    rule: NoSecretsInEnvironment,
    info: "No secret stands in a function's environment.",
    explanation:
      "Pass the secret's name and read its value at run time through the Secrets Manager endpoint.",
  },
  {
    rule: NoCustomResource,
    info: 'No custom resource runs a function that the application did not write.',
    explanation:
      'Find a way without autoDeleteObjects, BucketDeployment, AwsCustomResource or a log-retention helper.',
  },
];

/** Rules about a team's conventions; their functions' names are the rules' ids. */
function conventionRules({ requiredTags, namePattern }: Conventions): OwnRule[] {
  const RequiredTags = (node: CfnResource): NagRuleResult => evaluateTags(node, requiredTags);
  const NamePrefix = (node: CfnResource): NagRuleResult => evaluateName(node, namePattern);
  return [
    {
      rule: RequiredTags,
      info: `The resource carries ${listed(requiredTags)} tags.`,
      explanation:
        'Tags are set once on the stage; a resource that misses them was made outside it or removed them.',
    },
    {
      rule: NamePrefix,
      info: `The resource is named, and its name matches ${namePattern ?? 'no pattern'}.`,
      explanation:
        'Policies and ARNs are composed of names: give it one by the pattern (here from lib/names.ts).',
    },
  ];
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? 'no') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

/** The application's own pack: what it promises beyond the public ones. */
export class ServerlessAppChecks extends NagPack {
  override readonly name = 'ServerlessApp';
  protected override packName = 'ServerlessApp';

  private readonly rules: readonly OwnRule[];

  constructor(conventions: Conventions) {
    super();
    this.rules = [...RULES, ...conventionRules(conventions)];
  }

  protected override checkResource(node: CfnResource): void {
    for (const { rule, info, explanation } of this.rules) {
      this.applyRule({ info, explanation, level: NagMessageLevel.ERROR, node, rule });
    }
  }
}
