import type { Ask, AttackWorld, Holder } from './attack-world';

/** The services that a role's trust lets in. */
export const servicesOf = (role: Holder): string[] =>
  (role.trust ?? []).flatMap(({ principals }) =>
    principals && principals.items !== '*' ? (principals.items.Service ?? []) : [],
  );

/** What runs under a role of its caller's choice, by service: the request that makes it, on what. */
const RUNNERS: Readonly<Record<string, readonly (readonly [action: string, resource: string])[]>> = {
  'lambda.amazonaws.com': [
    ['lambda:CreateFunction', 'lambda:function:PREFIX-made'],
    ['lambda:UpdateFunctionConfiguration', 'lambda:function:PREFIX-analyze'],
  ],
  'states.amazonaws.com': [
    ['states:CreateStateMachine', 'states:stateMachine:PREFIX-made'],
    ['states:UpdateStateMachine', 'states:stateMachine:PREFIX-classification'],
    // A single state of the caller's own, under the role that it names: no machine is made.
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
    ['states:TestState', 'states:stateMachine:PREFIX-made'],
  ],
  'events.amazonaws.com': [['events:PutTargets', 'events:rule/PREFIX-made']],
  'scheduler.amazonaws.com': [
    ['scheduler:CreateSchedule', 'scheduler:schedule/PREFIX-made/made'],
    ['scheduler:UpdateSchedule', 'scheduler:schedule/PREFIX-made/made'],
  ],
  'codebuild.amazonaws.com': [
    ['codebuild:CreateProject', 'codebuild:project/PREFIX-made'],
    ['codebuild:UpdateProject', 'codebuild:project/PREFIX-gate'],
  ],
  'codepipeline.amazonaws.com': [
    ['codepipeline:CreatePipeline', 'codepipeline:PREFIX-made'],
    ['codepipeline:UpdatePipeline', 'codepipeline:PREFIX'],
  ],
  'cloudformation.amazonaws.com': [
    ['cloudformation:CreateStack', 'cloudformation:stack/PREFIX-made/x'],
    ['cloudformation:UpdateStack', 'cloudformation:stack/PREFIX-keys/x'],
    ['cloudformation:CreateChangeSet', 'cloudformation:stack/PREFIX-keys/x'],
  ],
  'ssm.amazonaws.com': [
    ['ssm:StartAutomationExecution', 'ssm:automation-definition/made:1'],
    ['ssm:StartChangeRequestExecution', 'ssm:automation-definition/made:1'],
    ['ssm:CreateAssociation', 'ssm:document/made'],
  ],
};

/** Requests by which somebody runs something of his own under a role: handing it over, or changing what runs under it. */
export function purposesOf(world: AttackWorld, role: Holder): Ask[][] {
  const prefix =
    role.account === world.config.deliveryAccount ? 'serverlessapp-delivery' : 'serverlessapp-prod';
  const arn = (text: string, region: string): string => {
    const [service = '', name = ''] = text.replaceAll('PREFIX', prefix).split(/:(.*)/s, 2);
    return `arn:aws:${service}:${region}:${role.account}:${name}`;
  };
  const handed = servicesOf(role).flatMap((service) =>
    (RUNNERS[service] ?? []).flatMap(([action, resource]) =>
      // IAM knows no regions: any of them runs something under any role.
      world.regions.map((region): Ask[] => [
        { action: 'iam:PassRole', resource: role.arn, context: { 'iam:PassedToService': service } },
        { action, resource: arn(resource, region), context: { 'lambda:VpcIds': 'vpc-ours' } },
      ]),
    ),
  );
  const running: Ask[][] = [];
  if (role.functionArn !== undefined)
    running.push([{ action: 'lambda:UpdateFunctionCode', resource: role.functionArn }]);
  for (const { set } of [world.application, world.delivery]) {
    for (const machine of set.resources('AWS::StepFunctions::StateMachine')) {
      if (machine.text('RoleArn') === role.arn)
        running.push([{ action: 'states:UpdateStateMachine', resource: set.arnOf(machine) }]);
    }
    for (const project of set.resources('AWS::CodeBuild::Project')) {
      if (
        project.text('ServiceRole') !== role.arn &&
        !project.text('ServiceRole').endsWith(`/${role.arn.split('/').at(-1) ?? ''}`)
      )
        continue;
      const resource = `arn:aws:codebuild:${project.region}:${project.account}:project/${project.text('Name')}`;
      // A build can be started with other commands than its project's, unless the policy asks for none.
      running.push([
        {
          action: 'codebuild:StartBuild',
          resource,
          context: { 'codebuild:source.buildspec': 'other commands' },
        },
      ]);
      running.push([{ action: 'codebuild:UpdateProject', resource }]);
    }
  }
  return [...handed, ...running];
}
