import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { loadContracts } from '../../../compliance/rules/contracts/load';

/**
 * A sentence that says what a service of AWS does rests on somebody: a page of AWS, a contract, one of our pages that
 * cites, the integration test that rehearsed it, or the word that it is not proven. What a sentence says of our own use of a service needs none.
 */
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  'policies/README.md',
  'policies/organization/README.md',
  ...readdirSync(path.join(PROJECT_ROOT, 'policies/runbooks'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `policies/runbooks/${name}`),
  ...readdirSync(path.join(PROJECT_ROOT, 'docs/frameworks')).map((name) => `docs/frameworks/${name}`),
];

const SERVICE = [
  '(?<!embedded )AWS(?! CLI)(?: Backup| Config| Health| KMS| WAF)?',
  'Access Analyzer',
  'API Gateway',
  'Budgets',
  'CloudFormation',
  'CloudTrail',
  'CloudWatch',
  'CodeBuild',
  'CodeDeploy',
  'CodePipeline',
  'DynamoDB',
  'EventBridge',
  'GuardDuty',
  'IAM(?: Identity Center)?',
  'KMS',
  'Lambda',
  'Macie',
  'Object Lock',
  'Organizations',
  'Rekognition',
  'S3',
  'SNS',
  'SQS',
  'STS',
  'Scheduler',
  'Secrets Manager',
  'Service control policies',
  'Shield(?: Standard| Advanced)',
  'Step Functions',
  'WAF',
].join('|');
const VERB =
  "(?:(?:alone|also|itself|never|only|then) )?(?:acts|adds|allows|asks|assumes|bills|can(?:'t|not)?|caps|checks|counts|deletes|delivers|denies|do(?:es)?(?:n't)?|don't|encrypts|expects|fails|forces|gives|has|have|holds|ignores|keeps|knows|labels|lacks|leaves|lets|lists|makes|may|moves|must|narrows|needs|opens|polls|protects?|publishes|puts|reads|refuses|reports|rejects|restores|retries|runs|sees|sends|shows|signs|starts|stops|stores|supports|takes|tells|throttles|tries|uses|waits|wants|will|writes)";
const CLAIM = new RegExp(`\\b(?:${SERVICE})(?:'s own \\w+)? ${VERB}\\b`);

const CITATION =
  /https:\/\/(?:docs|repost|console)\.aws\.amazon\.com|aws-contracts\.md|decisions\/\d{4}|traps\.md|`test\/integration\/|not documented|not proven|unproven|to be measured/;
const CONTRACTS = new Set(loadContracts().contracts.map(({ id }) => id));
const citesContract = (text: string): boolean =>
  [...text.matchAll(/`([a-z0-9-]+)`/g)].some(([, id]) => id !== undefined && CONTRACTS.has(id));

/** Paragraphs, list items and table rows; in the runbook of alerts, whose sections end with their signal, sections. */
function passages(file: string, text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```|<!--[\s\S]*?-->/g, '');
  return prose
    .split(file.endsWith('alerts.md') ? /\n(?=## )/ : /\n\s*\n|\n(?=\s*(?:[-*|]|\d+\.)\s)/)
    .map((passage) => passage.replace(/\s+/g, ' ').trim());
}

const uncitedClaims = (file: string, text: string): string[] =>
  passages(file, text).filter(
    (passage) => CLAIM.test(passage) && !CITATION.test(passage) && !citesContract(passage),
  );

describe('what our documents say of AWS', () => {
  it.each(DOCUMENTS)('%s cites a page, a contract, or says that it is not proven', (file) => {
    expect(uncitedClaims(file, readFileSync(path.join(PROJECT_ROOT, file), 'utf8'))).toEqual([]);
  });

  it.each([
    ['a paragraph', 'Nothing else.\n\nKMS never sends the key of the caller.'],
    [
      'a list item',
      '- [cited](https://docs.aws.amazon.com/x.html): S3 keeps it.\n- DynamoDB also forgets: SQS retries it.',
    ],
    ['a cell of a table', '| Edge | Why |\n| --- | --- |\n| topic | EventBridge sends no such key |'],
    ['a contract that does not exist', 'AWS Backup needs a grant (`backup-of-nothing`).'],
  ])('finds a claim without a source in %s', (_, text) => {
    expect(uncitedClaims('x.md', text)).toHaveLength(1);
  });

  it('takes a contract by its id for a source', () => {
    expect(uncitedClaims('x.md', 'SNS needs the key as well (`event-rule-publishes-to-topic`).')).toEqual([]);
  });
});
