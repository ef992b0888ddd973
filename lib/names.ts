import { FUNCTION_IDS, type FunctionId, kebabName } from '../lambda/functions';
import type { StageConfig } from './config/schema';

/** The data domains; each has one customer-managed key a region. */
export const KEY_DOMAINS = ['data', 'messaging', 'secrets', 'logs', 'audit', 'backup'] as const;
export type KeyDomain = (typeof KEY_DOMAINS)[number];

/** The role of a stage with which the pipeline plays a client. */
export const RELEASE_TESTER = 'release-tester';
/** The role of a stage with which the pipeline's daily build asks what is deployed there. */
export const EVIDENCE_READER = 'evidence-reader';
/** Its policies, `policies/identity/NAME.json`, made from the calls that the code declares; IAM takes 6,144 characters in one. */
export const READER_POLICIES = ['evidence-reader', 'evidence-reader-drift'] as const;
/**
 * What evidence packs are made for: to let a release in; to say of one what the gate of the release before finds in it; to say
 * what a day found deployed; or for whoever made it. All are of a commit and a stage. With each, what it says beside: which run
 * of a pipeline made it, and whose assembly the gate of another commit evaluates.
 */
export const PACK_PURPOSES = {
  release: ['execution'],
  recheck: ['execution', 'about'],
  day: ['execution'],
  local: [],
} as const satisfies Readonly<Record<string, readonly ('execution' | 'about')[]>>;
export type PackPurpose = keyof typeof PACK_PURPOSES;
/** What the pipeline's own resources are called after. */
export const DELIVERY_PREFIX = 'serverlessapp-delivery';
/** The stack of theirs in the second region. */
export const DELIVERY_RECOVERY_STACK = `${DELIVERY_PREFIX}-recovery`;
/** The pipeline that each day asks what is deployed in a stage. */
export const dailyPipeline = (stage: string): string => `${DELIVERY_PREFIX}-daily-${stage}`;
/** The rule that starts them. */
export const DAILY_RULE = `${DELIVERY_PREFIX}-daily`;
/**
 * With the value `approved` on CloudFormation's role, a release may change the permissions boundary. Only the security
 * administrators can set it: policies/runbooks/deployment.md says when.
 */
export const BOUNDARY_CHANGE_TAG = 'permissions-boundary-change';
/** Alias of the key under which artefacts lie in the second region. */
export const recoveryArtifactsAlias = `alias/${DELIVERY_PREFIX}-artifacts`;
/** What the pipeline's roles are for; each is named by {@link deliveryRole}. */
export type DeliveryPurpose =
  | 'pipeline'
  | 'gate'
  | 'recheck'
  | 'sign'
  | 'compare'
  | 'record'
  | 'self-update'
  | 'publish-assets'
  | 'trail'
  | 'daily'
  | 'daily-start'
  | 'daily-sign'
  | typeof EVIDENCE_READER
  | 'auditor'
  | typeof RELEASE_TESTER;
/** The builds that sign; they run no code of the repository. */
export const SIGNING_BUILDS = ['sign', 'daily-sign'] as const satisfies readonly DeliveryPurpose[];
export const deliveryRole = (purpose: DeliveryPurpose): string => `${DELIVERY_PREFIX}-${purpose}-role`;
/** The role of the delivery account that may take {@link RELEASE_TESTER}. */
export const releaseTesterBuildRole = deliveryRole(RELEASE_TESTER);
/** What a role of the delivery account is called, and its policy, as constructs that name roles ask for it. */
export const deliveryNames = (account: string, purpose: DeliveryPurpose) => ({
  account,
  role: () => deliveryRole(purpose),
  accountWide: (suffix: string) => `${DELIVERY_PREFIX}-${suffix}`,
});

/** The role of the delivery account that may take {@link EVIDENCE_READER}. */
export const evidenceReaderBuildRole = deliveryRole(EVIDENCE_READER);

/**
 * The roles that IAM Identity Center makes for a permission set; nobody else can make one on that path. Its name ends in
 * sixteen characters of the service's own: of a set whose name begins as this one's, or ends so, there are more.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
export const permissionSetRoles = (permissionSet: string, account = '*'): string =>
  `arn:aws:iam::${account}:role/aws-reserved/*/AWSReservedSSO_${permissionSet}_${'?'.repeat(16)}`;

/** Stage of the pipeline in which a release is evaluated, signed and let in; CDK Pipelines names it so. */
const LET_IN_STAGE = 'Build';
/** The permission set of those who administer accounts where nobody else may. */
export const SECURITY_ADMINISTRATORS = 'SecurityAdministrators';
/** Who lets a release in: two permission sets of the delivery account, which no person has both of. */
export const APPROVERS = {
  release: 'serverlessapp-approver',
  security: 'serverlessapp-security-approver',
} as const;
/**
 * The approvals of a release as `STAGE/ACTION`, which IAM tells apart. The first of each stands before the pipeline changes
 * itself; both have to be given.
 */
export const APPROVALS = {
  release: [`${LET_IN_STAGE}/LetIn`, 'serverlessapp-prod/ReleaseToProduction'],
  security: [`${LET_IN_STAGE}/LetInControls`],
} as const satisfies Record<keyof typeof APPROVERS, readonly string[]>;
/**
 * What an approval is to IAM.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html#awscodepipeline-resources-for-iam-policies
 */
export const approvalArn = (approval: string, account = '*', region = '*'): string =>
  `arn:aws:codepipeline:${region}:${account}:${DELIVERY_PREFIX}/${approval}`;

/** A role that `cdk bootstrap` makes in an account and region. */
export const bootstrapRoleArn = (
  purpose: 'cfn-exec' | 'deploy' | 'file-publishing' | 'lookup',
  account: string,
  region: string,
): string => `arn:aws:iam::${account}:role/cdk-hnb659fds-${purpose}-role-${account}-${region}`;
/** Where `cdk deploy` leaves assets; `cdk bootstrap` names it so. */
export const bootstrapBucket = (account: string, region: string): string =>
  `cdk-hnb659fds-assets-${account}-${region}`;

/** Alias of functions and of the workflow that takes the traffic. */
export const LIVE = 'live';

/** Where a stage runs; IAM, which knows no regions, has its unsuffixed names. */
const PRIMARY_REGION = 'us-east-1';

/** Roles that one region makes for both: recovery points, evidence and AWS Config are looked after from there. */
const ROLES_OF_PRIMARY_REGION: readonly string[] = [
  'auditor',
  'backup',
  'config-recorder',
  EVIDENCE_READER,
  RELEASE_TESTER,
  'remediation',
  'restore',
];

/**
 * Every resource name and ARN of a stage, from its configuration alone. ARNs are composed, not referenced: that is what
 * keeps stacks, keys, roles and endpoint policies free of cycles. Only ids that AWS hands out (keys, endpoints, the REST
 * API, API keys) are real references.
 */
export class Names {
  readonly prefix: string;

  /** @param config of a stage; the bootstrap of the pipeline's account goes by names of the same form. */
  constructor(
    private readonly config: { readonly stage: StageConfig['stage'] | 'delivery'; readonly account: string },
    readonly region: string,
  ) {
    this.prefix = `serverlessapp-${config.stage}`;
  }

  get stage(): string {
    return this.config.stage;
  }

  get account(): string {
    return this.config.account;
  }

  /** `serverlessapp-STAGE-SUFFIX`; for names that only one place uses. */
  of(suffix: string): string {
    return `${this.prefix}-${suffix}`;
  }

  /** Whether these are the names of the region where the stage runs, not of the one that takes over. */
  get isPrimaryRegion(): boolean {
    return this.region === PRIMARY_REGION;
  }

  /** As {@link of}, for what an account has once for all regions (IAM, dashboards): the second region adds its name. */
  accountWide(suffix: string): string {
    return this.of(this.isPrimaryRegion ? suffix : `${suffix}-${this.region}`);
  }

  /** `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE` of this stage's account and region. */
  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.region}:${this.config.account}:${resource}`;
  }

  /** Bucket names are global: account and region make them ours. */
  private bucket(purpose: string): string {
    return `${this.prefix}-${purpose}-${this.config.account}-${this.region}`;
  }

  get pictureBucket(): string {
    return this.bucket('pictures');
  }
  get accessLogBucket(): string {
    return this.bucket('access-logs');
  }
  get trailBucket(): string {
    return this.bucket('trail');
  }
  get configBucket(): string {
    return this.bucket('config');
  }
  get evidenceBucket(): string {
    return this.bucket('evidence');
  }
  bucketArn(name: string): string {
    return `arn:aws:s3:::${name}`;
  }

  get detectionLogsTable(): string {
    return this.of('DetectionLogs');
  }
  get erasureLedgerTable(): string {
    return this.of('ErasureLedger');
  }
  tableArn(name: string): string {
    return this.arn('dynamodb', `table/${name}`);
  }

  /** What a restore makes is named so: it stands beside what runs, never over it, and only for as long as it is needed. */
  private restored(name: string): string {
    return `restored-${name}`;
  }
  get restoredDetectionLogsTable(): string {
    return this.of(this.restored('DetectionLogs'));
  }
  get restoredErasureLedgerTable(): string {
    return this.of(this.restored('ErasureLedger'));
  }
  get restoredPictureBucket(): string {
    return this.bucket(this.restored('pictures'));
  }
  /** Every table that a restore may make. */
  get restoredTableArnPattern(): string {
    return this.tableArn(this.of(this.restored('*')));
  }
  /** Every bucket that a restore may make. */
  get restoredBucketArnPattern(): string {
    return this.bucketArn(this.of(this.restored('*')));
  }

  get intakeQueue(): string {
    return this.of('intake');
  }
  get intakeDeadLetterQueue(): string {
    return this.of('intake-dlq');
  }
  /** Where asynchronous invocations, the event rule and the stream mapping leave what they could not deliver. */
  get failureQueue(): string {
    return this.of('failures-dlq');
  }
  /** The EventBridge rule that passes a client's arriving pictures to intake. */
  arrivalRule(clientId: string): string {
    return this.of(`arrived-${clientId}`);
  }
  /** The one that passes what no client's rule does. */
  get arrivalRuleOfTheRest(): string {
    return this.of('picture-arrived');
  }
  /** All of them; no other rule is named so. */
  arrivalRules(clients: readonly { readonly id: string }[]): string[] {
    return [this.arrivalRuleOfTheRest, ...clients.map(({ id }) => this.arrivalRule(id))];
  }
  /** The EventBridge rule that starts the function which settles reviews. */
  get reviewSchedule(): string {
    return this.of('review-schedule');
  }
  queueArn(name: string): string {
    return this.arn('sqs', name);
  }

  get reviewTopic(): string {
    return this.of('review');
  }
  get alertTopic(): string {
    return this.of('alerts');
  }
  topicArn(name: string): string {
    return this.arn('sns', name);
  }

  /** Log group of the workflow; the prefix is the one that log delivery is allowed. */
  get stateMachineLogGroup(): string {
    return `/aws/vendedlogs/${this.prefix}/classification`;
  }
  /** CodeDeploy's application; each function is a deployment group of it. */
  get releaseApplication(): string {
    return this.of('release');
  }
  get stateMachine(): string {
    return this.of('classification');
  }
  get stateMachineArn(): string {
    return this.arn('states', `stateMachine:${this.stateMachine}`);
  }
  /** What intake starts: the alias, so that a release can shift traffic. */
  get stateMachineAliasArn(): string {
    return `${this.stateMachineArn}:${LIVE}`;
  }

  get thresholdsParameter(): string {
    return `/${this.prefix}/decision/thresholds`;
  }
  /** The parameter `PREFIX/API-KEY-ID` names the client that holds the key. */
  get clientParameterPrefix(): string {
    return `/${this.prefix}/clients`;
  }
  parameterArn(name: string): string {
    return this.arn('ssm', `parameter${name}`);
  }

  get cursorSecret(): string {
    return this.of('cursor-signing-key');
  }
  /** Secrets Manager appends six random characters to a secret's name. */
  secretArnPattern(name: string): string {
    return this.arn('secretsmanager', `secret:${name}-??????`);
  }

  function(id: FunctionId): string {
    return this.of(kebabName(id));
  }
  functionArn(id: FunctionId): string {
    return this.arn('lambda', `function:${this.function(id)}`);
  }
  /** What the ARNs of all functions begin with. */
  get functionArnPrefix(): string {
    return this.arn('lambda', `function:${this.prefix}-`);
  }
  functionAliasArn(id: FunctionId): string {
    return `${this.functionArn(id)}:live`;
  }
  functionLogGroup(id: FunctionId): string {
    return `/aws/lambda/${this.function(id)}`;
  }
  functionRole(id: FunctionId): string {
    return this.role(kebabName(id));
  }
  functionRoleArn(id: FunctionId): string {
    return this.roleArn(kebabName(id));
  }
  get functionRoleArns(): string[] {
    return FUNCTION_IDS.map((id) => this.functionRoleArn(id));
  }
  role(purpose: string): string {
    const role = `${purpose}-role`;
    return ROLES_OF_PRIMARY_REGION.includes(purpose) ? this.of(role) : this.accountWide(role);
  }
  roleArn(purpose: string): string {
    return `arn:aws:iam::${this.config.account}:role/${this.role(purpose)}`;
  }

  /** The role with which CloudFormation makes the resources. */
  get deploymentRoleArn(): string {
    return bootstrapRoleArn('cfn-exec', this.config.account, this.region);
  }
  get bootstrapBucket(): string {
    return bootstrapBucket(this.config.account, this.region);
  }
  /** The permissions boundary of every role of the stage. */
  get permissionsBoundary(): string {
    return this.of('permissions-boundary');
  }
  get permissionsBoundaryArn(): string {
    return `arn:aws:iam::${this.config.account}:policy/${this.permissionsBoundary}`;
  }

  /** Roles that may touch data from outside the network: backup and restore, and people who passed MFA. */
  get outsideDataRoleArns(): string[] {
    return ['backup', 'restore', 'operator', 'data-steward', 'break-glass'].map((purpose) =>
      this.roleArn(purpose),
    );
  }

  /**
   * Roles that ask whether a bucket is there, and see its keys by it (HeadBucket is `s3:ListBucket`): CloudFormation's own,
   * which is no AWS service to a policy, and AWS Config's linked role.
   */
  get bucketInspectorArns(): string[] {
    return [
      this.deploymentRoleArn,
      `arn:aws:iam::${this.account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`,
    ];
  }

  keyAlias(domain: KeyDomain): string {
    return `alias/${this.of(domain)}`;
  }
  /** Under which the second region's foundation tells its key to that region's application. */
  keyExport(domain: KeyDomain): string {
    return this.of(`${domain}-key-arn`);
  }
  get restApi(): string {
    return this.of('api');
  }
  get webAcl(): string {
    return this.of('web-acl');
  }
  /** WAF logs only to groups whose name begins so. */
  get webAclLogGroup(): string {
    return `aws-waf-logs-${this.of('web-acl')}`;
  }
  get flowLogGroup(): string {
    return `/aws/vendedlogs/${this.prefix}/vpc-flows`;
  }
  get dnsQueryLogGroup(): string {
    return `/aws/vendedlogs/${this.prefix}/dns-queries`;
  }
  get trail(): string {
    return this.of('trail');
  }
  get trailLogGroup(): string {
    return `/${this.prefix}/audit/trail`;
  }
  get backupVault(): string {
    return this.of('backups');
  }
  backupVaultArn(region: string): string {
    return `arn:aws:backup:${region}:${this.config.account}:backup-vault:${this.backupVault}`;
  }
  get apiKeyRotation(): string {
    return this.of('api-key-rotation');
  }
  get cursorKeyRotation(): string {
    return this.of('cursor-key-rotation');
  }
  get webhookSecretRotation(): string {
    return this.of('webhook-secret-rotation');
  }
  /** The group of the schedules that start the rotations. */
  get scheduleGroup(): string {
    return this.of('rotation');
  }
  scheduleArn(name: string): string {
    return this.arn('scheduler', `schedule/${this.scheduleGroup}/${name}`);
  }
  /** The name of all keys that a client ever held; API Gateway tells them apart by id. */
  apiKey(clientId: string): string {
    return this.of(`client-${clientId}`);
  }
  /** The client's secret: its current API key. */
  clientSecret(clientId: string): string {
    return this.of(`client-${clientId}-api-key`);
  }
  /** What signs the messages that a client is sent; the client holds the same. */
  webhookSecret(clientId: string): string {
    return this.of(`webhook-secret-${clientId}`);
  }
  /** The state machine that tells clients. */
  get webhooks(): string {
    return this.of('webhooks');
  }
  get webhooksArn(): string {
    return this.arn('states', `stateMachine:${this.webhooks}`);
  }
  /** The schedule that starts it for a client. */
  webhookSchedule(clientId: string): string {
    return this.of(`webhooks-${clientId}`);
  }
  /** Through which Step Functions calls what is not AWS. */
  get webhookConnection(): string {
    return this.of('webhook-receivers');
  }
}

/** Heading under which a pack tells every changed value of a template; the build that signs counts its lines. */
export const TEMPLATE_LINES = 'Templates, value by value';
