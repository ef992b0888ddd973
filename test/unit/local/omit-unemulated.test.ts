import type { Template } from '../../../local/deployer/template';
import { omitUnemulated } from '../../../local/deployer/transformations/omit-unemulated';
import { transformationContext } from './transformation-context';

const context = () => transformationContext({ unrecognizedTypes: new Set(['AWS::Config::ConfigRule']) });

describe('the transformation omit-unemulated', () => {
  it('leaves out the refused type and what refers to it, however far, and says why', () => {
    const template: Template = {
      Resources: {
        Remediation: { Type: 'AWS::SNS::Topic', Properties: { Name: { 'Fn::Sub': '${Alert}-x' } } },
        Alert: { Type: 'AWS::Events::Rule', Properties: { Rule: { 'Fn::GetAtt': ['Rule', 'Arn'] } } },
        Rule: { Type: 'AWS::Config::ConfigRule' },
        Bucket: { Type: 'AWS::S3::Bucket', DependsOn: ['Rule'] },
        Queue: { Type: 'AWS::SQS::Queue', DependsOn: ['Bucket', 'Alert'] },
      },
    };
    const result = omitUnemulated.apply(template, context());
    expect(result.template.Resources).toEqual({
      Bucket: { Type: 'AWS::S3::Bucket' },
      Queue: { Type: 'AWS::SQS::Queue', DependsOn: ['Bucket'] },
    });
    expect(new Map(result.differences.map(({ logicalId, what }) => [logicalId, what]))).toEqual(
      new Map([
        ['Rule', 'not emulated'],
        ['Alert', 'refers to AWS::Config::ConfigRule, which is not emulated'],
        ['Remediation', 'refers to AWS::Events::Rule, which is not emulated'],
      ]),
    );
  });

  it('leaves out alarms on metric math, and no others', () => {
    const { template } = omitUnemulated.apply(
      {
        Resources: {
          Math: { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [] } },
          Plain: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'x' } },
        },
      },
      context(),
    );
    expect(Object.keys(template.Resources ?? {})).toEqual(['Plain']);
  });

  it('carries an omitted export to the stack that imports it', () => {
    const shared = context();
    const exporting = omitUnemulated.apply(
      {
        Resources: { Rule: { Type: 'AWS::Config::ConfigRule' } },
        Outputs: {
          Gone: { Value: { Ref: 'Rule' }, Export: { Name: 'rule' } },
          Kept: { Value: 'x', Export: { Name: 'kept' } },
        },
      },
      shared,
    );
    const importing = omitUnemulated.apply(
      {
        Resources: {
          A: { Type: 'AWS::SNS::Topic', Properties: { Name: { 'Fn::ImportValue': 'rule' } } },
          B: { Type: 'AWS::SNS::Topic', Properties: { Name: { 'Fn::ImportValue': 'kept' } } },
        },
      },
      shared,
    );
    expect(Object.keys(exporting.template.Outputs ?? {})).toEqual(['Kept']);
    expect(Object.keys(importing.template.Resources ?? {})).toEqual(['B']);
  });

  it('leaves the input as it was', () => {
    const template: Template = { Resources: { Rule: { Type: 'AWS::Config::ConfigRule' } } };
    omitUnemulated.apply(template, context());
    expect(template.Resources).toHaveProperty('Rule');
  });
});
