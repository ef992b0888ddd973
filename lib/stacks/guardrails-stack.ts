import path from 'node:path';
import { CfnGuardHook } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { folderDigest } from '../../lambda/folder-digest';
import { ServiceRole } from '../constructs/iam/service-role';
import type { BaseStackProps } from '../stage-context';
import { StageStack } from './stage-stack';

/** The gate reads the same folder: one text of each rule. */
export const GUARD_RULES = path.resolve(__dirname, '..', '..', 'policies', 'guard');
const ALIAS = 'ServerlessApp::Guardrails::Templates';

/**
 * The gate's own rules inside CloudFormation, so that a deployment past the pipeline meets them too: every stack that
 * the deployment role makes or changes is evaluated as a whole template before anything happens. It warns until
 * `features.guardHookStops` says that it was seen to work: a hook that cannot read its rules would stop every deployment,
 * the one that fixes it included. The rules are an asset: the hash of their texts is the object's key, in the versioned and
 * encrypted bucket of the bootstrap. https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/guard-hooks.html
 */
export class GuardrailsStack extends StageStack {
  constructor(scope: Construct, id: string, props: BaseStackProps) {
    super(scope, id, props, 'Guard rules that CloudFormation itself asks before it deploys');
    const { config, names } = props;
    const rules = new Asset(this, 'Rules', { path: GUARD_RULES, assetHash: folderDigest(GUARD_RULES) });
    const bucketArn = names.bucketArn(names.bootstrapBucket);
    const { role, policy } = new ServiceRole(this, 'Role', {
      names,
      purpose: 'guard-hook',
      description: 'CloudFormation reads the guard rules',
      service: 'hooks.cloudformation.amazonaws.com',
      statements: [
        new PolicyStatement({
          sid: 'ReadRules',
          actions: ['s3:GetObject', 's3:GetObjectVersion'],
          // Every asset: the rules of the release before and those of this one, while CloudFormation changes over.
          resources: [`${bucketArn}/*.zip`],
        }),
        new PolicyStatement({ sid: 'FindRules', actions: ['s3:ListBucket'], resources: [bucketArn] }),
      ],
    });
    const hook = new CfnGuardHook(this, 'Hook', {
      alias: ALIAS,
      executionRole: role.roleArn,
      failureMode: config.features.guardHookStops ? 'FAIL' : 'WARN',
      hookStatus: 'ENABLED',
      targetOperations: ['STACK'],
      ruleLocation: { uri: `s3://${names.bootstrapBucket}/${rules.s3ObjectKey}` },
      stackFilters: {
        filteringCriteria: 'ALL',
        stackRoles: { include: [names.deploymentRoleArn] },
      },
    });
    hook.node.addDependency(policy);
  }
}
