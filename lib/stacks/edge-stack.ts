import type { Construct } from 'constructs';
import { WebAcl } from '../constructs/edge/web-acl';
import type { StageStackProps } from '../stage-context';
import { StageStack } from './stage-stack';

/** What stands before the API: the web ACL that its stage is associated with. */
export class EdgeStack extends StageStack {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id, props, 'Web ACL of the API');
    const { config, names, keys } = props;
    this.webAclArn = new WebAcl(this, 'WebAcl', { config, names, logsKey: keys.logs }).acl.attrArn;
  }
}
