import { Stack, type StackProps } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config/schema';
import { WebAcl } from '../constructs/edge/web-acl';
import type { KeyDomain, Names } from '../names';

export interface EdgeStackProps extends StackProps {
  readonly config: StageConfig;
  readonly names: Names;
  readonly keys: Readonly<Record<KeyDomain, IKey>>;
  readonly apiStageArn: string;
}

/** What stands before the API: the web ACL of its stage. */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props);
    new WebAcl(this, 'WebAcl', {
      config: props.config,
      names: props.names,
      logsKey: props.keys.logs,
      apiStageArn: props.apiStageArn,
    });
  }
}
