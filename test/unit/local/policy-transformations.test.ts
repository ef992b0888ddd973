import type { Template } from '../../../local/deployer/template';
import { UntranslatableConditionError } from '../../../local/deployer/transformations/policy-conditions';
import { organizationId } from '../../../local/deployer/transformations/organization-id';
import { principalSession } from '../../../local/deployer/transformations/principal-session';
import { sourceAddress } from '../../../local/deployer/transformations/source-address';
import { vpcEndpointCondition } from '../../../local/deployer/transformations/vpc-endpoint-condition';
import { transformationContext } from './transformation-context';

const ROLE = 'arn:aws:iam::111122223333:role/serverlessapp-dev-upload-role';
const SESSIONS = 'arn:aws:sts::111122223333:assumed-role/serverlessapp-dev-upload-role/*';
const context = transformationContext({ inVpcRoleArns: [ROLE] });

const policy = (condition: object): Template => ({
  Resources: {
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { PolicyDocument: { Statement: [{ Effect: 'Deny', Condition: condition }] } },
    },
  },
});
const conditionOf = (template: Template): unknown => {
  const document = template.Resources?.['Policy']?.Properties?.['PolicyDocument'] as {
    Statement: { Condition: unknown }[];
  };
  return document.Statement[0]?.Condition;
};

describe('the transformation vpc-endpoint-condition', () => {
  it('turns "not through our endpoint" into "not by one of our functions"', () => {
    const { template, differences } = vpcEndpointCondition.apply(
      policy({ StringNotEquals: { 'aws:SourceVpce': ['vpce-1'] }, Bool: { 'aws:ViaAWSService': 'false' } }),
      context,
    );
    expect(conditionOf(template)).toEqual({
      StringNotEquals: { 'aws:PrincipalArn': [ROLE] },
      Bool: { 'aws:ViaAWSService': 'false' },
    });
    expect(differences).toHaveLength(1);
  });

  it('joins the exemptions of a negated operator, also with IfExists', () => {
    const { template } = vpcEndpointCondition.apply(
      policy({
        StringNotEqualsIfExists: { 'aws:sourcevpce': 'vpce-1' },
        StringNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/backup' },
      }),
      context,
    );
    expect(conditionOf(template)).toEqual({
      StringNotEquals: { 'aws:PrincipalArn': ['arn:aws:iam::111122223333:role/backup', ROLE] },
    });
  });

  it('refuses what it would widen', () => {
    const positive = policy({
      StringEquals: { 'aws:SourceVpce': 'vpce-1', 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/x' },
    });
    expect(() => vpcEndpointCondition.apply(positive, context)).toThrow(UntranslatableConditionError);
    const unknown = policy({ Null: { 'aws:SourceVpce': 'true' } });
    expect(() => vpcEndpointCondition.apply(unknown, context)).toThrow(UntranslatableConditionError);
  });

  it('touches nothing else', () => {
    const template = policy({ Bool: { 'aws:SecureTransport': 'false' } });
    const result = vpcEndpointCondition.apply(template, context);
    expect(result.template).toEqual(template);
    expect(result.differences).toEqual([]);
  });
});

describe('the transformation source-address', () => {
  const networks = { 'aws:SourceIp': ['198.51.100.0/24'] };
  it('turns "comes from elsewhere" into what never holds without an address', () => {
    const { template, differences } = sourceAddress.apply(policy({ NotIpAddress: networks }), context);
    expect(conditionOf(template)).toEqual({ IpAddress: networks });
    expect(differences).toHaveLength(1);
  });
  it('refuses a condition that it would turn round', () => {
    expect(() => sourceAddress.apply(policy({ IpAddress: networks }), context)).toThrow(
      UntranslatableConditionError,
    );
  });
});

describe('the transformation principal-session', () => {
  it('names the sessions of a role beside the role, under an operator that knows wildcards', () => {
    const { template } = principalSession.apply(
      policy({ StringNotEquals: { 'aws:PrincipalArn': ROLE, 'aws:PrincipalTag/x': 'y' } }),
      context,
    );
    expect(conditionOf(template)).toEqual({
      StringNotEquals: { 'aws:PrincipalTag/x': 'y' },
      StringNotLike: { 'aws:PrincipalArn': [ROLE, SESSIONS] },
    });
  });

  it('keeps ARN operators and follows references to roles', () => {
    const { template } = principalSession.apply(
      policy({ ArnLike: { 'aws:PrincipalArn': [{ 'Fn::GetAtt': ['Role', 'Arn'] }] } }),
      context,
    );
    expect(conditionOf(template)).toEqual({
      ArnLike: {
        'aws:PrincipalArn': [
          { 'Fn::GetAtt': ['Role', 'Arn'] },
          { 'Fn::Join': ['', ['arn:aws:sts::111122223333:assumed-role/', { Ref: 'Role' }, '/*']] },
        ],
      },
    });
  });

  it('leaves principals that are no roles alone', () => {
    const template = policy({ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:root' } });
    const result = principalSession.apply(template, context);
    expect(result.template).toEqual(template);
    expect(result.differences).toEqual([]);
  });
});

describe('the transformation organization-id', () => {
  it('names the organisation that the emulator made, and touches nothing else', () => {
    const given = { 'aws:PrincipalOrgID': 'o-exampleorgid1', 'aws:PrincipalTag/x': 'y' };
    const { template, differences } = organizationId.apply(
      policy({ StringNotEqualsIfExists: given, Bool: { 'aws:SecureTransport': 'false' } }),
      context,
    );
    expect(conditionOf(template)).toEqual({
      StringNotEqualsIfExists: { ...given, 'aws:PrincipalOrgID': 'o-emulated00' },
      Bool: { 'aws:SecureTransport': 'false' },
    });
    expect(differences).toHaveLength(1);
    const other = policy({ Bool: { 'aws:SecureTransport': 'false' } });
    expect(organizationId.apply(other, context)).toEqual({ template: other, differences: [] });
  });
});
