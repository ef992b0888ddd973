import { CloudFormationClient, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { actionNeeded, type Check, clientSettings, ready } from './check';

/**
 * CDK Pipelines deploys stacks without their termination protection: it is set once, by a person.
 * https://github.com/aws/aws-cdk/issues/17871
 */
export const terminationProtectionCheck: Check = {
  title: 'Termination protection',
  permissions: ['cloudformation:DescribeStacks'],
  async run(context) {
    const { config, names } = context;
    if (!config.features.terminationProtection) return [ready('not wanted here')];
    const open: string[] = [];
    let protectedStacks = 0;
    for await (const { Stacks = [] } of paginateDescribeStacks(
      { client: new CloudFormationClient(clientSettings(context)) },
      {},
    ))
      for (const { StackName = '', EnableTerminationProtection } of Stacks) {
        if (!StackName.startsWith(`${names.prefix}-`)) continue;
        if (EnableTerminationProtection === true) protectedStacks += 1;
        else open.push(StackName);
      }
    if (open.length === 0) return [ready(`${protectedStacks} stacks are protected, none is not`)];
    return open.map((name) =>
      actionNeeded(
        `${name} can be deleted`,
        `a security administrator: aws cloudformation update-termination-protection --enable-termination-protection --stack-name ${name} --region ${names.region}`,
      ),
    );
  },
};
