import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { ASPECTS } from '../../../compliance/deployed/readers/aspects';
import { LIVE_CHECKS } from '../../../compliance/deployed/live/checks';
import { DEPLOYED_RULES } from '../../../compliance/deployed/evaluate-account';
import { asker, UndeclaredCallError } from '../../../compliance/deployed/ask';
import { READ_CALLS, readerPolicies, readerPolicyFiles } from '../../../compliance/deployed/reader-policy';
import { loadPinnedRules } from '../../../compliance/pinned-rules';
import { actionsMatching } from '../../../compliance/service-reference/reference';

/** IAM's limit for a managed policy, blanks not counted. */
const MOST_CHARACTERS = 6144;
/** What would tell a secret, a picture or a record to who only reads configuration. */
const DATA =
  /^(secretsmanager:GetSecretValue|kms:Decrypt|s3:GetObject|dynamodb:(GetItem|Query|Scan)|logs:GetLogEvents|sqs:ReceiveMessage)/;

const statements = Object.values(readerPolicies()).flatMap(({ Statement }) => Statement);
const actions = statements.flatMap(({ Action }) => Action);

describe('the policies of the reader of evidence', () => {
  test('allow, by AWS’s own classes, only reading, and no data', () => {
    const classes = actions.map((action) => [
      action,
      actionsMatching(action).map((each) => each.accessLevel),
    ]);
    expect(classes.filter(([, levels]) => !['Read', 'List'].includes(String(levels)))).toEqual([]);
    expect(actions.filter((action) => DATA.test(action))).toEqual([]);
  });

  test('allow whatever the code can ask', () => {
    const allowed = new Set(actions);
    expect(READ_CALLS.length).toBeGreaterThan(60);
    expect(READ_CALLS.flatMap((call) => call.actions).filter((action) => !allowed.has(action))).toEqual([]);
  });

  test('keep API keys, and parameters of others, out of reach', () => {
    const of = (action: string) => statements.find(({ Action }) => Action.includes(action))?.Resource;
    expect(of('apigateway:GET')).not.toContain('*');
    expect(JSON.stringify(of('apigateway:GET'))).not.toMatch(/apikeys|usageplans\/\*/);
    expect(of('ssm:GetParameter')).toEqual(['arn:aws:ssm:*:*:parameter/serverlessapp-*']);
  });

  test('are those that the templates take: npm run compliance -- deployed --write-policy', () => {
    for (const [file, text] of Object.entries(readerPolicyFiles()))
      expect(JSON.parse(readFileSync(path.join(PROJECT_ROOT, file), 'utf8'))).toEqual(JSON.parse(text));
  });

  test('fit into what IAM takes', () => {
    for (const policy of Object.values(readerPolicies()))
      expect(JSON.stringify(policy).length).toBeLessThan(MOST_CHARACTERS);
  });
});

describe('a question', () => {
  const place = { account: '111122223333', region: 'us-east-1', connection: {} };
  const call = {
    name: 'iam:GetRole',
    actions: ['iam:GetRole'],
    send: jest.fn(() => Promise.resolve('answer')),
  };

  test('that a check does not declare is not put', async () => {
    await expect(asker(place)([])(call, {})).rejects.toThrow(UndeclaredCallError);
    expect(call.send).not.toHaveBeenCalled();
  });

  test('is put once, whoever has it', async () => {
    const askFor = asker(place);
    expect(await Promise.all([askFor([call])(call, { a: 1 }), askFor([call])(call, { a: 1 })])).toEqual([
      'answer',
      'answer',
    ]);
    expect(call.send).toHaveBeenCalledTimes(1);
  });
});

test('the pinned rules are those that an account is asked by', () =>
  expect(loadPinnedRules().deployed?.rules).toEqual([...DEPLOYED_RULES].sort()));

test('every check names a control, a call and a property', () => {
  for (const { rule, controls, calls, properties } of ASPECTS)
    expect([rule, controls.length > 0, calls.length > 0, properties.length > 0]).toEqual([
      rule,
      true,
      true,
      true,
    ]);
  for (const { rule, controls, calls, remedy } of LIVE_CHECKS)
    expect([rule, controls.length > 0, calls.length > 0, remedy.length > 10]).toEqual([
      rule,
      true,
      true,
      true,
    ]);
});
