import { ENCRYPTION_CHECKS } from '../../../../compliance/rules/checks/encryption';
import { runChecks } from '../../../../compliance/rules/checks/run-checks';

const CHECK = ENCRYPTION_CHECKS.filter(({ id }) => id === 'no-plaintext-secret');

/** Of the secret that stands beside the function. */
const NAME = 'cursor';
/** In two parts, so that the scanner of sources finds no key here. */
const KEY_HEADER = ['-----BEGIN EC', 'PRIVATE KEY-----'].join(' ');
const ADDRESS = ['postgres://', 'me:', 'hunter2', '@'].join('');

/** What the check says of a function with these variables, beside the secret. */
const verdictOn = (Variables: Record<string, unknown>): string | undefined => {
  const Secret = { Type: 'AWS::SecretsManager::Secret', Properties: { Name: NAME } };
  const Subject = { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables } } };
  const stack = { stackName: 'serverlessapp-dev-subject', account: '111122223333', region: 'us-east-1' };
  const { rows } = runChecks([{ ...stack, template: { Resources: { Secret, Subject } } }], CHECK, []);
  return rows.find(({ resource }) => resource === 'Subject')?.verdict;
};

describe('a variable of a function', () => {
  test.each([
    ['has a name that speaks of no secret', { TABLE: 'serverlessapp-dev-detection-logs' }],
    ['counts what is named like a secret', { TOKEN_SECONDS: '60' }],
    ['names a secret of the application', { CURSOR_SECRET: NAME }],
  ])('is compliant when it %s', (_what, variables) => {
    expect(verdictOn(variables)).toBe('compliant');
  });

  test.each([
    ['is named like a secret', { DB_PASSWORD: 'correct horse' }],
    ['is named so in camel case', { dbPassword: 'correct horse' }],
    ['is named so without a break', { DBPASSWORD: 'correct horse' }],
    ['is the key of a signer', { SECRET_KEY: 'correct horse' }],
    ['claims to name a secret that is not there', { CURSOR_SECRET: 'correct horse' }],
    ['has the form of a private key', { SETTINGS: KEY_HEADER }],
    ['has one within a value that is put together', { URL: { 'Fn::Join': ['', [ADDRESS, 'host']] } }],
  ])('is a finding when it %s', (_what, variables) => {
    expect(verdictOn(variables)).toBe('non-compliant');
  });
});
