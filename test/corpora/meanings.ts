import type { ExposureRule } from '../../compliance/rules/proofs/exposure/finding';

/** What rules of others mean in ours. */
export interface Meaning {
  /** Matched against `corpus:rule`; the first that fits counts. */
  readonly rules: RegExp;
  /** Any of these says the same. */
  readonly ours: readonly ExposureRule[];
  /** Where ours says more than one thing: the words that are meant. */
  readonly about?: RegExp;
}

/**
 * Rules that speak of something else than encryption, public access, logging, IAM, network, API or secrets: backups, scans,
 * descriptions, tracing, capacity, firewalls; or of a convention (no range of addresses but /32).
 */
export const NOT_OF_THESE_TOPICS =
  /Backup|Recovery|DeletionProtection|MultiAZ|Versioning|versioning|DLQ|ConcurrentExecution|ImageScanning|image_scans|ScanOnPush|ImmutableTags|immutable|ContainerInsights|container_insight|DeprecatedLambda|BillingMode|EnhancedMonitor|Description|add_description|performance_insights$|LambdaInVPC|BucketPolicy$|SPCM|CVE202144228|UsagePlan|aggregate_all_regions|backup_retention|classic|ClassicMode|CacheEnable|NetworkAclEntry(?:Duplicate|IneffectiveDeny|OverlappingPorts)|use_vpc|SimpleDBDomain|BatchJobDefinition|PermissionsMode|DropHttpHeaders|drop_invalid|tracing|Xray|LambdaPermissionInvokeFunctionAction|MfaConfiguration|NetworkIsolation|IAMAuthentication|WAFEnabled|enable_waf|WafWebAcl|IMDS|http_token|AcceptanceConfigured|MasterUsername|PasswordReset|CidrNon32/;

/** What each rule of others means; the first that fits its name counts. */
export const MEANINGS: readonly Meaning[] = [
  // Secrets
  {
    rules: /TransitAuthToken/,
    ours: ['openApi', 'plainTransport'],
    about: /token|TransitEncryption/,
  },
  {
    rules:
      /Password$|Token$|PrivateKey$|TokenKey$|Credentials$|CloudFormationAuthentication|secrets_in_user_data|plaintext_secrets/,
    ours: ['literalSecret'],
  },
  // Identity and access management
  { rules: /NotPrincipal/, ours: ['notPrincipal'] },
  { rules: /NotAction/, ours: ['notAction'] },
  { rules: /NotResource/, ours: ['notResource'] },
  { rules: /IAMRoleAllowsPublicAssume/, ours: ['trustPublic'] },
  { rules: /IAMRoleAllowAssumeFromAccount/, ours: ['trustAccount'] },
  { rules: /IAMAdminPolicy|AdministratorAccess|ElevatedManaged/, ours: ['administrator'] },
  {
    rules: /Cloudsplaining|IAMPermissionsManagement|IAMWriteAccess/,
    ours: ['wildcardResource', 'escalation', 'passRole', 'administrator', 'wildcardAction'],
    // Reading of all data is another rule's.
    about: /^(?!.*grants s3:Get\* on)/,
  },
  {
    rules:
      /IAMStarAction|no_policy_wildcards|no_(?:function|state_machine)_policy_wildcards|limit_s3_full_access|(?:Iam|Iot)\w*WildcardAction/,
    ours: ['wildcardAction', 'administrator', 'wildcardResource'],
  },
  { rules: /(?:Iam|Iot)\w*WildcardResource/, ours: ['wildcardResource', 'administrator'] },
  { rules: /PolicyOnUser|UserHasInlinePolicy|IAMPolicyAttachedToGroup/, ours: ['userPolicy'] },
  { rules: /(?:Sqs|Sns|S3Bucket)\w*WildcardAction/, ours: ['policyWildcard'] },
  { rules: /sqs\/no_wildcards/, ours: ['policyWildcard', 'publicAccess'] },
  { rules: /WildcardPrincipal|WildCardPrincipal|ECRPolicy|ecr\/no_public_access/, ours: ['publicAccess'] },
  { rules: /no_public_log_access/, ours: ['publicAccess', 'publicSetting'], about: /AccessControl|anybody/ },
  { rules: /LambdaServicePermission|restrict_source_arn/, ours: ['deputy'] },
  // Public access
  {
    rules: /S3BucketPublic|S3PublicACL|no_public_access_with_acl/,
    ours: ['publicSetting'],
    about: /AccessControl/,
  },
  { rules: /specify_public_access_block/, ours: ['publicSetting'], about: /nothing in the template blocks/ },
  // One switch each, of the four that ours names together.
  ...(
    [
      ['block_public_acls', 'BlockPublicAcls'],
      ['block_public_policy', 'BlockPublicPolicy'],
      ['ignore_public_acls', 'IgnorePublicAcls'],
      ['no_public_buckets', 'RestrictPublicBuckets'],
    ] as const
  ).map(([rule, property]) => ({
    rules: new RegExp(rule),
    ours: ['publicSetting' as const],
    about: new RegExp(`${property}|nothing in the template blocks`),
  })),
  {
    rules:
      /Public|public_access$|LambdaFunctionURLAuth|UnauthenticatedIdentities|no_public_ip|NodeGroupRemoteAccess|no_public_cluster_access|alb_not_public|NodesArePrivate|EC2PublicIP/,
    ours: ['publicSetting'],
  },
  // Network
  {
    rules: /UnrestrictedIngress22/,
    ours: ['openIngress'],
    about: /port 22\b|every port|ports (?:[01]?\d|2[0-2]) to/,
  },
  {
    rules: /UnrestrictedIngress3389/,
    ours: ['openIngress'],
    about: /port 3389\b|every port|ports \d+ to (?:3389|3[4-9]\d\d|[4-9]\d\d\d|\d{5})/,
  },
  {
    rules: /UnrestrictedIngress80/,
    ours: ['openIngress'],
    about: /port 80\b|every port|ports (?:\d|[1-7]\d|80) to/,
  },
  { rules: /IngressOpenToWorld|no_public_ingress/, ours: ['openIngress'] },
  { rules: /EgressOpenToWorld|no_public_egress/, ours: ['openEgress'] },
  {
    rules: /AllProtocols|PortRange|NetworkAclEntryProtocol|no_excessive_port_access/,
    ours: ['broadPorts'],
  },
  // APIs
  { rules: /APIGatewayAuthorization|MethodAuthorizationType/, ours: ['openApi'] },
  // Transport
  { rules: /ALBListenerTLS12/, ours: ['plainTransport'] },
  { rules: /ListenerHTTPS|http_not_used|ListenerProtocol/, ours: ['plainTransport'], about: /plain HTTP/ },
  {
    rules: /ListenerTLS|TLS12|secure_tls|SecurityPolicy|ProtocolVersion|SslPolicy/,
    ours: ['plainTransport'],
    about: /old TLS|TLS 1\.0/,
  },
  {
    rules: /CloudfrontDistributionEncryption|cloudfront\/enforce_https/,
    ours: ['plainTransport'],
    about: /ViewerProtocolPolicy/,
  },
  { rules: /EnforceHTTPS|enforce_https/, ours: ['plainTransport'], about: /EnforceHTTPS/ },
  {
    rules: /NodeToNode|elasticsearch\/enable_in_transit/,
    ours: ['plainTransport'],
    about: /NodeToNode/,
  },
  { rules: /mq\/enable_audit_logging|MQBrokerAuditLogging/, ours: ['notLogging'], about: /audit/ },
  { rules: /mq\/enable_general_logging/, ours: ['notLogging'], about: /general/ },
  { rules: /kinesis\/enable_in_transit/, ours: ['notEncrypted'] },
  {
    rules:
      /DocDBTLS|RedShiftSSL|AtTransit$|TransitEncryption|in_transit|EFSVolumeEncryption|TrafficEncryption/,
    ours: ['plainTransport'],
  },
  { rules: /MSKClusterEncryption/, ours: ['plainTransport', 'ownKey'] },
  // Logging
  { rules: /LogValidation|log_validation/, ours: ['notLogging'], about: /validated/ },
  { rules: /MultiRegion|all_regions/, ours: ['notLogging'], about: /one region/ },
  { rules: /cloudwatch_integration/, ours: ['notLogging'], about: /alarm/ },
  { rules: /require_bucket_access_logging/, ours: ['notLogging'], about: /its requests are not logged/ },
  {
    rules: /AccessLogs|Logging|logging|AuditLogs|FieldLevelLogs|log_export|LogGroupRetention|FlowLog/,
    ours: ['notLogging'],
  },
  // Encryption
  { rules: /KMSRotation/, ours: ['keyRotation'] },
  {
    rules:
      /CMK|cmk|customer_key|KMSKey|KmsKey|EncryptionKey$|BackupVaultEncrypted|ECRRepositoryEncrypted|SecretManagerSecretEncrypted|CloudtrailEncryption|LogGroupEncrypted|EnvironmentEncryption|BedrockAgentEncrypted|KmsMasterKeyId|EncryptOptions|DynamoDBTablesEncrypted|msk\/enable_at_rest|(?:SQS|sqs).*[Ee]ncryption|SagemakerDataQuality\w*Encryption/,
    ours: ['ownKey', 'notEncrypted'],
    about: /^(?!(?:Storage)?Encrypted is off)/,
  },
  { rules: /no_encryption_override|AthenaWorkgroup/, ours: ['notEncrypted'], about: /override/ },
  { rules: /WorkspaceRoot/, ours: ['notEncrypted'], about: /Root/ },
  { rules: /WorkspaceUser|WorkspacesWorkspaceEncryption/, ours: ['notEncrypted'], about: /User/ },
  { rules: /Encrypt|encrypt|HasSse|Encyption|SSE|GlueSecurity|GlueData/, ours: ['notEncrypted'] },
];
