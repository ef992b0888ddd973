import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';

/** What the IAM proof found to be allowed in production, as it was reviewed: caller, action, resource, ways. */
const allowed = (
  JSON.parse(
    readFileSync(path.join(PROJECT_ROOT, 'compliance/rules/proofs/reviewed/iam-matrix.prod.json'), 'utf8'),
  ) as { allowed: string[] }
).allowed.map((line) => line.split(' · '));

const security = readFileSync(path.join(PROJECT_ROOT, 'SECURITY.md'), 'utf8').replaceAll(/\s+/g, ' ');

/** `s3:PutObject input`, `dynamodb:PutItem DetectionLogs`: everything that a function may do to data and to services. */
function reachOf(caller: string): string[] {
  const reached = allowed
    .filter(([name, action = '']) => name === caller && !action.startsWith('kms:'))
    .map(([, action = '', resource = '']) => {
      const folder = /-pictures-[^/]+\/([a-z]+)\//.exec(resource)?.[1];
      const table = /-(DetectionLogs|ErasureLedger)/.exec(resource)?.[1];
      return `${action} ${folder ?? table ?? (resource.includes('-pictures-') ? 'pictures' : '')}`.trim();
    });
  return [...new Set(reached)].sort();
}

const DECIDED = ['cats', 'dogs', 'others', 'quarantine', 'review'];
const on = (action: string, folders: string[]): string[] => folders.map((folder) => `${action} ${folder}`);

describe('what a picture that takes over a parser reaches is what SECURITY.md and decision 0483 say', () => {
  it('in upload: new pictures in input/, writes to records, which answer a record where their condition fails', () => {
    expect(reachOf('upload')).toEqual(
      [
        'dynamodb:ConditionCheckItem ErasureLedger',
        'dynamodb:PutItem DetectionLogs',
        'dynamodb:UpdateItem DetectionLogs',
        's3:PutObject input',
        'ssm:GetParameter',
      ].sort(),
    );
    expect(security).toContain(
      '`upload` writes pictures below `input/` and records, and reads no picture; of records it is answered',
    );
  });
  it('in organise: every picture, to read, replace and delete, and single records', () => {
    expect(reachOf('organise')).toEqual(
      [
        'dynamodb:GetItem DetectionLogs',
        'dynamodb:UpdateItem DetectionLogs',
        's3:GetObjectVersion input',
        ...on('s3:DeleteObjectVersion', ['input', ...DECIDED]),
        ...on('s3:GetObject', DECIDED),
        ...on('s3:PutObject', DECIDED),
        's3:ListBucket pictures',
        's3:ListBucketVersions pictures',
      ].sort(),
    );
    expect(security).toContain('`organise` reads, replaces and deletes every picture');
  });
  it('in analyze: reading pictures in input/, a parameter and Rekognition, no write at all', () => {
    expect(reachOf('analyze')).toEqual([
      'rekognition:DetectLabels',
      's3:GetObjectVersion input',
      's3:ListBucket pictures',
      'ssm:GetParameter',
    ]);
  });
  it('nothing of it from outside of the network but parameters, Rekognition and the forms of upload', () => {
    const outside = allowed
      .filter(
        ([name, action = '', , ways = '']) =>
          ['upload', 'organise', 'analyze'].includes(name ?? '') &&
          !action.startsWith('kms:') &&
          /from outside|by presigned/.test(ways),
      )
      .map(
        ([name, action, , ways = '']) =>
          `${name} ${action}${ways.includes('presigned form') ? ' by form' : ''}`,
      );
    expect([...new Set(outside)].sort()).toEqual([
      'analyze rekognition:DetectLabels',
      'analyze ssm:GetParameter',
      'upload s3:PutObject by form',
      'upload ssm:GetParameter',
    ]);
  });
});
