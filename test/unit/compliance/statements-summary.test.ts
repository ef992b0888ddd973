import { parsePolicy } from '../../../compliance/rules/proofs/iam/statement';
import {
  summariseOrganization,
  summariseStatements,
} from '../../../compliance/rules/proofs/iam/statements-summary';
import { linesOf } from '../../../compliance/rules/proofs/reviewed-file';
import { loadStageConfig } from '../../../lib/config/load';

const statementsOf = (sid: string) =>
  parsePolicy({ Statement: [{ Sid: sid, Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] }, sid);

it('two holders of one name stand among the reviewed statements with the lines of both', () => {
  const endpoints = new Map(
    ['First', 'Second'].map((sid) => [
      sid,
      { service: 's3', region: 'us-east-1', statements: statementsOf(sid) },
    ]),
  );
  const inventory = {
    roles: [],
    contextRoles: [],
    resourcePolicies: [],
    contextPolicies: [],
    keyAliases: new Map(),
    endpoints,
  };
  const lines = linesOf(summariseStatements(inventory, 'any', '111122223333'));
  expect(lines.map((line) => /(First|Second):/.exec(line)?.[1])).toEqual(['First', 'Second']);
});

it('an action that is taken out of a refusal of the organisation changes a line', () => {
  const config = loadStageConfig('prod');
  const weakened = summariseOrganization(config, (name, document) =>
    name === 'organization/rcp-perimeter'
      ? JSON.parse(JSON.stringify(document).replace(',"sts:AssumeRole"', ''))
      : document,
  );
  const lines = new Set(linesOf(weakened));
  const changed = linesOf(summariseOrganization(config)).filter((line) => !lines.has(line));
  expect(changed).toEqual([expect.stringContaining('rcp-perimeter: OnlyOurOrganization')]);
});
