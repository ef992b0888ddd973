import type { Leaf } from './edges';

/** Last parts of the paths at which templates name buckets, topics, keys, addresses … */
const NAMING =
  /(^|\.)(\w*(Arn|Name|Id|Role|Bucket|Topic|Queue|Key|Vault|Uri|Url|Endpoint|Destination|Target|Stream|Function|Group|Location|Alias|Image|Credential|Repository|Project|Connection|Address|Cluster|Domain|Bus)s?|Resource)(\[\])?$/;
/** Texts of the application's own: what stands there is a word, whatever its place is called. */
const FREE =
  /^(Environment\.Variables|RequestParameters|InputParameters|EventPattern|DefinitionString|DashboardBody)\.|(^|\.)(Dimensions\[\]|KeySchema\[\]|AttributeDefinitions\[\])\./;
const NO_NAME = /^(true|false|-?[\d.]+|)$/;

/**
 * Whether a leaf may name something to which AWS goes, though no ARN and no reference shows it: a bucket, a topic or a bus
 * by its plain name.
 */
export const looksLikeName = ({ at, value }: Leaf): boolean =>
  NAMING.test(at) && !FREE.test(at) && !NO_NAME.test(value);
