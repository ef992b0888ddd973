import { dig, listOf } from '../model/dig';
import { isFalse, isTrue, evaluated, type Setting, switchedOn, textOf, unlike, valuesAt } from './setting';

const OLD_ELB_POLICY = /^ELBSecurityPolicy-(?:2015|2016|TLS-1-0|TLS-1-1|FS-2018|FS-1-1|TLS13-1-0|TLS13-1-1)/;
const OLD_CLOUDFRONT = /^(?:SSLv3|TLSv1(?:\.[01])?(?:_2016)?)$/;
const PLAIN_URL = /^http:\/\//i;

/** What is sent in plain text, or by TLS that is no longer safe. */
export const TRANSPORT_SETTINGS: readonly Setting[] = [
  evaluated('plainTransport', 'AWS::SNS::Subscription', (r) =>
    r.property('Protocol') === 'http' || PLAIN_URL.test(String(r.property('Endpoint')))
      ? ['messages are sent by plain HTTP']
      : [],
  ),
  evaluated('plainTransport', 'AWS::SNS::Topic', (r) =>
    r.list('Subscription').some((each) => dig(each, 'Protocol') === 'http')
      ? ['messages are sent by plain HTTP']
      : [],
  ),
  evaluated('plainTransport', 'AWS::ElasticLoadBalancingV2::Listener', (r) => {
    if (r.property('Protocol') !== 'HTTP') return [];
    const actions = r.list('DefaultActions');
    const redirects = (action: unknown): boolean =>
      dig(action, 'Type') === 'redirect' && dig(action, 'RedirectConfig', 'Protocol') === 'HTTPS';
    return actions.length > 0 && actions.every(redirects) ? [] : ['it takes plain HTTP'];
  }),
  evaluated('plainTransport', 'AWS::ElasticLoadBalancingV2::Listener', (r) =>
    ['HTTPS', 'TLS'].includes(String(r.property('Protocol'))) &&
    (!r.has('SslPolicy') || OLD_ELB_POLICY.test(String(r.property('SslPolicy'))))
      ? ['its security policy lets old TLS in']
      : [],
  ),
  evaluated('plainTransport', 'AWS::ElasticLoadBalancing::LoadBalancer', (r) =>
    r.list('Listeners').some((each) => ['HTTP', 'http'].includes(String(dig(each, 'Protocol'))))
      ? ['it takes plain HTTP']
      : [],
  ),
  unlike(
    'plainTransport',
    'AWS::CloudFront::Distribution',
    'DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy',
    /^allow-all$/,
  ),
  unlike(
    'plainTransport',
    'AWS::CloudFront::Distribution',
    'DistributionConfig.CacheBehaviors.*.ViewerProtocolPolicy',
    /^allow-all$/,
  ),
  evaluated('plainTransport', 'AWS::CloudFront::Distribution', (r) => {
    const certificate = dig(r.property('DistributionConfig'), 'ViewerCertificate');
    const version = dig(certificate, 'MinimumProtocolVersion');
    // The default certificate takes TLS 1.0, whatever version stands beside it.
    const isDefault = isTrue(dig(certificate, 'CloudFrontDefaultCertificate'));
    const isOld = isDefault || version === undefined || OLD_CLOUDFRONT.test(textOf(version));
    return isOld ? ['viewers may use old TLS'] : [];
  }),
  // Private APIs take TLS 1.2 at least, the others TLS 1.0 unless they say otherwise.
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
  evaluated('plainTransport', 'AWS::ApiGateway::RestApi', (r) => {
    const isPrivate = listOf(dig(r.property('EndpointConfiguration'), 'Types')).includes('PRIVATE');
    const policy = r.property('SecurityPolicy');
    return !isPrivate && (policy === undefined || policy === 'TLS_1_0') ? ['it takes TLS 1.0'] : [];
  }),
  evaluated('plainTransport', 'AWS::ApiGateway::DomainName', (r) =>
    r.property('SecurityPolicy') === undefined || r.property('SecurityPolicy') === 'TLS_1_0'
      ? ['it takes TLS 1.0']
      : [],
  ),
  evaluated('plainTransport', 'AWS::ApiGatewayV2::DomainName', (r) =>
    valuesAt(r.property('DomainNameConfigurations'), '*.SecurityPolicy').includes('TLS_1_0')
      ? ['it takes TLS 1.0']
      : [],
  ),
  evaluated('plainTransport', ['AWS::ElastiCache::ReplicationGroup'], (r) =>
    r.property('TransitEncryptionEnabled') === undefined || isFalse(r.property('TransitEncryptionEnabled'))
      ? ['TransitEncryptionEnabled is off']
      : [],
  ),
  ...['AWS::Elasticsearch::Domain', 'AWS::OpenSearchService::Domain'].flatMap((type) => [
    switchedOn('plainTransport', type, 'NodeToNodeEncryptionOptions.Enabled'),
    switchedOn('plainTransport', type, 'DomainEndpointOptions.EnforceHTTPS'),
    evaluated('plainTransport', type, (r) =>
      textOf(
        dig(r.property('DomainEndpointOptions'), 'TLSSecurityPolicy') ?? 'Policy-Min-TLS-1-0',
      ).startsWith('Policy-Min-TLS-1-0')
        ? ['it takes TLS 1.0']
        : [],
    ),
  ]),
  unlike(
    'plainTransport',
    'AWS::MSK::Cluster',
    'EncryptionInfo.EncryptionInTransit.ClientBroker',
    /^(?:PLAINTEXT|TLS_PLAINTEXT)$/,
  ),
  switchedOn('plainTransport', 'AWS::MSK::Cluster', 'EncryptionInfo.EncryptionInTransit.InCluster', 'on'),
  evaluated('plainTransport', 'AWS::ECS::TaskDefinition', (r) =>
    r
      .list('Volumes')
      .map((volume) => dig(volume, 'EFSVolumeConfiguration') ?? dig(volume, 'EfsVolumeConfiguration'))
      .some((volume) => volume !== undefined && dig(volume, 'TransitEncryption') !== 'ENABLED')
      ? ['a volume of EFS is mounted without encryption in transit']
      : [],
  ),
  evaluated('plainTransport', 'AWS::Events::ApiDestination', (r) =>
    PLAIN_URL.test(String(r.property('InvocationEndpoint'))) ? ['events are sent by plain HTTP'] : [],
  ),
  evaluated('plainTransport', ['AWS::DocDB::DBClusterParameterGroup'], (r) =>
    dig(r.property('Parameters'), 'tls') === 'disabled' ? ['it takes connections without TLS'] : [],
  ),
  unlike('plainTransport', 'AWS::DMS::Endpoint', 'SslMode', /^none$/),
  evaluated('plainTransport', 'AWS::ApiGateway::Method', (r) =>
    PLAIN_URL.test(String(dig(r.property('Integration'), 'Uri')))
      ? ['it calls its backend by plain HTTP']
      : [],
  ),
  evaluated('plainTransport', 'AWS::CloudFront::Distribution', (r) =>
    listOf(dig(r.property('DistributionConfig'), 'Origins')).some(
      (origin) => dig(origin, 'CustomOriginConfig', 'OriginProtocolPolicy') === 'http-only',
    )
      ? ['it calls an origin by plain HTTP']
      : [],
  ),
  evaluated('plainTransport', 'AWS::Redshift::ClusterParameterGroup', (r) =>
    r
      .list('Parameters')
      .some((each) => dig(each, 'ParameterName') === 'require_ssl' && isTrue(dig(each, 'ParameterValue')))
      ? []
      : ['it takes connections without TLS'],
  ),
  switchedOn(
    'plainTransport',
    'AWS::SageMaker::DataQualityJobDefinition',
    'NetworkConfig.EnableInterContainerTrafficEncryption',
  ),
];
