import type { Case } from './case';

/** A negative of theirs that we contradict, and what AWS says of it. */
interface Disputed {
  readonly file: string;
  readonly why: string;
  readonly page: string;
}

const GUIDE = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide';
const SECURITY_HUB = 'https://docs.aws.amazon.com/securityhub/latest/userguide';

/**
 * Each contradicted negative was looked at by AWS's pages. What stands here is no false finding of ours: their template
 * cannot be deployed, their rule gives no opinion, or their own test says the same as we once its condition does not hold.
 */
export const DISPUTED: readonly Disputed[] = [
  {
    file: 'checks/cloud/aws/cloudtrail/encryption_customer_key.yaml#none-0',
    why: 'The property is called KMSKeyId; names of properties are told apart by case, so this trail names no key.',
    page: `${GUIDE}/aws-resource-cloudtrail-trail.html`,
  },
  {
    file: 'checks/cloud/aws/ec2/no_excessive_port_access.yaml#none-0',
    why: 'An entry for TCP needs PortRange, and every entry a rule number and a range of addresses; this one names no port.',
    page: `${GUIDE}/aws-resource-ec2-networkaclentry.html`,
  },
  {
    file: 'tests/cloudformation/checks/resource/aws/example_RDSPubliclyAccessible/RDSPubliclyAccessible-PASSED.yaml',
    why: 'Without a subnet group PubliclyAccessible is true for every engine but Aurora.',
    page: 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html',
  },
  {
    file: 'tests/cloudformation/checks/resource/aws/example_ALBListener/ALBListenerHTTPS-PASSED-TCP.yaml',
    why: 'One side of its condition forwards plain HTTP; checkov itself answers UNKNOWN there.',
    page: `${SECURITY_HUB}/elb-controls.html#elb-1`,
  },
  {
    file: 'spec/test_templates/yaml/api_gateway/api_gateway_deployment_with_no_access_logging_and_refd_in_stage_with_no_logging.yaml',
    why: 'What we name are its two stages, which have no access log.',
    page: `${SECURITY_HUB}/apigateway-controls.html#apigateway-1`,
  },
  {
    file: 'spec/test_templates/yaml/elasticloadbalacingv2_elasticloadbalancer/conditional_properties.yml',
    why: 'The other side of its condition switches the log off; their next test expects the finding then.',
    page: `${SECURITY_HUB}/elb-controls.html#elb-5`,
  },
  {
    file: 'spec/test_templates/yaml/elasticloadbalacingv2_elasticloadbalancer/conditional_property_values.yml',
    why: 'The other side of its condition switches the log off; their next test expects the finding then.',
    page: `${SECURITY_HUB}/elb-controls.html#elb-5`,
  },
];

export const disputeOf = ({ file }: Case): Disputed | undefined =>
  DISPUTED.find((disputed) => disputed.file === file);
