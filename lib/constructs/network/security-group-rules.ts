import type { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';

/**
 * The rule that lets nothing out. A group without any egress rule in the template is created with allow-all.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html
 */
export const DENY_ALL_EGRESS: CfnSecurityGroup.EgressProperty = {
  description: 'Nothing leaves',
  cidrIp: '255.255.255.255/32',
  ipProtocol: 'icmp',
  fromPort: 252,
  toPort: 86,
};

/** TCP 443. */
export const HTTPS = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 } as const;
