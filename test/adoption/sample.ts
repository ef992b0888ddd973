import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Another team's template: anybody may publish to its topic. */
const OPEN = `AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Orders:
    Type: AWS::SNS::Topic
  OrdersPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Orders]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - { Effect: Allow, Principal: '*', Action: 'sns:Publish', Resource: !Ref Orders }
`;

/** One in which there is nothing to find. */
const HARMLESS = `AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Ready:
    Type: AWS::CloudFormation::WaitConditionHandle
`;

export const OPEN_RESOURCE = 'OrdersPolicy';
export const OPEN_RULE = 'exposure-public-access';

/** The repository of somebody who has never heard of this one. */
export function writeSample(folder: string): void {
  for (const [name, text] of [
    ['open', OPEN],
    ['harmless', HARMLESS],
  ] as const) {
    mkdirSync(path.join(folder, name), { recursive: true });
    writeFileSync(path.join(folder, name, 'template.yaml'), text);
  }
}
