import { createHash } from 'node:crypto';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const HEX = 'abcdef0123456789';
const WORD = `${LOWER.toUpperCase()}${LOWER}${DIGITS}`;

/** Made up, and always the same: of each kind that the scanner knows, a text such as its issuer makes. */
const made = (kind: string, alphabet: string, length: number): string =>
  Array.from({ length }, (_unused, place) => {
    const byte = createHash('sha256').update(`${kind} ${place}`).digest()[0] ?? 0;
    return alphabet[byte % alphabet.length] ?? '';
  }).join('');

const token = (part: Record<string, string>): string =>
  Buffer.from(JSON.stringify(part)).toString('base64url');

/**
 * A line of a settings file for each detector, by the id of the check that has to find it. What is random and of
 * hexadecimal digits alone (CKV_SECRET_19) the scanner always names by the wider alphabet, CKV_SECRET_6.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  CKV_SECRET_1: `artifactory = AKC${made('artifactory', WORD, 40)}`,
  CKV_SECRET_2: `aws_access_key_id = AKIA${made('aws', LOWER.toUpperCase(), 16)}`,
  CKV_SECRET_3: `AccountKey=${made('azure', WORD, 86)}==`,
  CKV_SECRET_4: `url = https://somebody:${made('basic', WORD, 20)}@host.internal/`,
  CKV_SECRET_5: `cloudant_password = ${made('cloudant', HEX, 64)}`,
  CKV_SECRET_6: `nonce = "${made('base64', WORD, 80)}"`,
  CKV_SECRET_7: `ibm_cloud_iam_api_key = ${made('iam', WORD, 44)}`,
  CKV_SECRET_8: `cos_hmac_secret_access_key = ${made('hmac', HEX, 48)}`,
  CKV_SECRET_9: `bearer ${token({ alg: 'HS256' })}.${token({ sub: 'nobody' })}.${made('jwt', WORD, 43)}`,
  CKV_SECRET_11: `mailchimp ${made('mailchimp', HEX, 32)}-us12`,
  CKV_SECRET_12: `//registry.internal/:_authToken=${made('npm', `${LOWER}${DIGITS}`, 36)}`,
  CKV_SECRET_13: `-----BEGIN RSA PRIVATE KEY-----\n${made('key', WORD, 64)}\n-----END RSA PRIVATE KEY-----`,
  CKV_SECRET_14: `xoxb-${made('slack', DIGITS, 12)}-${made('slack token', LOWER, 24)}`,
  CKV_SECRET_15: `softlayer_api_key = ${made('softlayer', HEX, 64)}`,
  CKV_SECRET_16: `sq0csp-${made('square', WORD, 43)}`,
  CKV_SECRET_17: `sk_live_${made('stripe', WORD, 24)}`,
  CKV_SECRET_18: `twilio AC${made('twilio', HEX, 32)}`,
};

/** Beside a word for a secret, in a file of data and over two of its lines. */
const DATA = `password: ${made('yaml', WORD, 24)}
list:
  - name: client_secret
    value: ${made('value', WORD, 60)}
`;

/** A file of each way in which the scanner reads, and the ids that it has to find there. */
export const PLANTED_SECRETS: readonly {
  readonly file: string;
  readonly text: string;
  readonly ids: readonly string[];
}[] = [
  {
    file: 'canary.env',
    text: Object.values(SETTINGS).join('\n\n\n\n\n\n\n\n'),
    ids: Object.keys(SETTINGS),
  },
  { file: 'canary.yaml', text: DATA, ids: ['CKV_SECRET_6'] },
];
