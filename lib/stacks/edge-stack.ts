import type { Construct } from 'constructs';
import { WebAcl } from '../constructs/edge/web-acl';
import { StageStack, type StageStackProps } from './stage-stack';

export interface EdgeStackProps extends StageStackProps {
  /** `arn:aws:apigateway:REGION::/restapis/ID/stages/NAME`. */
  readonly apiStageArn: string;
}

/** What stands before the API: the web ACL of its stage. */
export class EdgeStack extends StageStack {
  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props, 'Web ACL of the API');
    const { config, names, keys, apiStageArn } = props;
    new WebAcl(this, 'WebAcl', { config, names, logsKey: keys.logs, apiStageArn });
  }
}
