/** One request that a way needs, on a resource of which the holder must not be the one who decides. */
export interface Step {
  readonly action: string;
  readonly resource: string;
  readonly service?: string;
}

const OWN = '000000000000';
const any = (action: string, kind: string): Step => ({
  action,
  resource: `arn:aws:iam::${OWN}:${kind}/somebody-mightier`,
});
const on = (action: string, rest = '*'): Step => ({ action, resource: rest });
const pass = (service: string): Step => ({
  ...any('iam:PassRole', 'role'),
  service: `${service}.amazonaws.com`,
});

/**
 * Ways to more rights than one's own; each a list of requests that all have to be allowed. The list of IAM's own actions
 * is that of the permissions-management level of the Service Authorization Reference that change what a principal may do;
 * the rest hand a role to what runs under it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export const ESCALATIONS: readonly { readonly way: string; readonly steps: readonly Step[] }[] = [
  ...(
    [
      ['iam:CreatePolicyVersion', 'policy'],
      ['iam:SetDefaultPolicyVersion', 'policy'],
      ['iam:AttachUserPolicy', 'user'],
      ['iam:AttachGroupPolicy', 'group'],
      ['iam:AttachRolePolicy', 'role'],
      ['iam:PutUserPolicy', 'user'],
      ['iam:PutGroupPolicy', 'group'],
      ['iam:PutRolePolicy', 'role'],
      ['iam:AddUserToGroup', 'group'],
      ['iam:UpdateAssumeRolePolicy', 'role'],
      ['iam:CreateAccessKey', 'user'],
      ['iam:CreateLoginProfile', 'user'],
      ['iam:UpdateLoginProfile', 'user'],
      ['iam:DeleteRolePermissionsBoundary', 'role'],
      ['iam:PutRolePermissionsBoundary', 'role'],
      ['sts:AssumeRole', 'role'],
    ] as const
  ).map(([action, kind]) => ({ way: `${action} on any ${kind}`, steps: [any(action, kind)] })),
  ...(
    [
      ['lambda', 'lambda:CreateFunction'],
      ['ec2', 'ec2:RunInstances'],
      ['cloudformation', 'cloudformation:CreateStack'],
      ['glue', 'glue:CreateDevEndpoint'],
      ['glue', 'glue:CreateJob'],
      ['datapipeline', 'datapipeline:PutPipelineDefinition'],
      ['states', 'states:CreateStateMachine'],
      ['codebuild', 'codebuild:CreateProject'],
      ['sagemaker', 'sagemaker:CreateNotebookInstance'],
      ['sagemaker', 'sagemaker:CreateTrainingJob'],
      ['ecs-tasks', 'ecs:RunTask'],
      ['ssm', 'ssm:StartAutomationExecution'],
    ] as const
  ).map(([service, action]) => ({
    way: `iam:PassRole of any role with ${action}`,
    steps: [pass(service), on(action)],
  })),
  {
    way: 'lambda:UpdateFunctionCode of any function',
    steps: [on('lambda:UpdateFunctionCode', `arn:aws:lambda:us-east-1:${OWN}:function:any`)],
  },
  {
    way: 'ssm:SendCommand to any instance',
    steps: [on('ssm:SendCommand', `arn:aws:ec2:us-east-1:${OWN}:instance/i-any`)],
  },
];

/** One action of each kind of service that only an administrator has all of. */
export const ADMINISTRATOR_PROBES: readonly Step[] = [
  any('iam:CreateUser', 'user'),
  on('s3:DeleteBucket', 'arn:aws:s3:::any'),
  on('ec2:TerminateInstances', `arn:aws:ec2:us-east-1:${OWN}:instance/i-any`),
  on('kms:ScheduleKeyDeletion', `arn:aws:kms:us-east-1:${OWN}:key/any`),
  on('lambda:DeleteFunction', `arn:aws:lambda:us-east-1:${OWN}:function:any`),
  on('dynamodb:DeleteTable', `arn:aws:dynamodb:us-east-1:${OWN}:table/any`),
  on('cloudtrail:DeleteTrail', `arn:aws:cloudtrail:us-east-1:${OWN}:trail/any`),
];

/** Policies of AWS's own that hold everything, or everything of what rights are made of. */
export const ADMINISTRATIVE_MANAGED_POLICIES: Readonly<Record<string, string>> = {
  AdministratorAccess: 'everything',
  PowerUserAccess: 'everything but identities',
  IAMFullAccess: 'all of IAM, and so everything',
  'job-function/SystemAdministrator': 'most of everything',
};
