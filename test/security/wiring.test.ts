import { runChecks } from '../../compliance/rules/checks/run-checks';
import { WIRING_CHECKS } from '../../compliance/rules/checks/wiring';
import type { StackTemplate } from '../../compliance/rules/proofs/model/template';
import { stageTemplates } from '../support/stage-templates';

const templates = stageTemplates('prod');
const evaluate = (stacks: readonly StackTemplate[]) => runChecks(stacks, WIRING_CHECKS, []).rows;

/** The templates with one property of the first resource of a type exchanged. */
function withChanged(type: string, property: string, value: unknown): StackTemplate[] {
  let isChanged = false;
  const changed = templates.map((stack) => ({
    ...stack,
    template: {
      ...stack.template,
      Resources: Object.fromEntries(
        Object.entries(stack.template.Resources).map(([id, body]) => {
          if (isChanged || body.Type !== type) return [id, body];
          isChanged = true;
          return [id, { ...body, Properties: { ...body.Properties, [property]: value } }];
        }),
      ),
    },
  }));
  if (JSON.stringify(changed) === JSON.stringify(templates)) throw new RangeError(`prod has no ${type}`);
  return changed;
}

it('every check finds subjects in prod, and nothing to complain of', () => {
  const rows = evaluate(templates);
  expect(rows.filter(({ verdict }) => verdict !== 'compliant')).toEqual([]);
  expect(WIRING_CHECKS.map(({ id }) => id).filter((id) => !rows.some(({ rule }) => rule === id))).toEqual([]);
});

it.each([
  ['AWS::KMS::Alias', 'TargetKeyId', 'arn:aws:kms:us-east-1:000011112222:key/theirs', 'alias-of-own-key'],
  ['AWS::KMS::Alias', 'AliasName', 'alias/other', 'alias-of-own-key'],
  ['AWS::Lambda::Version', 'FunctionName', 'theirs', 'version-of-own-code'],
  ['AWS::StepFunctions::StateMachineVersion', 'StateMachineArn', 'arn:theirs', 'version-of-own-code'],
  ['AWS::Lambda::Alias', 'FunctionVersion', '$LATEST', 'alias-pins-version'],
  ['AWS::StepFunctions::StateMachineAlias', 'DeploymentPreference', {}, 'alias-pins-version'],
  ['AWS::ApiGateway::GatewayResponse', 'ResponseParameters', {}, 'gateway-response-discloses-nothing'],
  [
    'AWS::ApiGateway::GatewayResponse',
    'ResponseTemplates',
    { 'application/json': '{"message":"$context.error.messageString"}' },
    'gateway-response-discloses-nothing',
  ],
  ['AWS::ApiGateway::Model', 'Schema', { type: 'object' }, 'model-bounds-requests'],
  ['AWS::ApiGateway::UsagePlanKey', 'KeyId', 'theirs', 'api-parts-belong-to-api'],
  ['AWS::ApiGateway::Resource', 'RestApiId', 'theirs', 'api-parts-belong-to-api'],
  ['AWS::ApiGateway::Deployment', 'RestApiId', 'theirs', 'api-parts-belong-to-api'],
  ['AWS::WAFv2::WebACLAssociation', 'ResourceArn', 'arn:theirs', 'web-acl-on-stage'],
  [
    'AWS::Logs::MetricFilter',
    'MetricTransformations',
    [{ MetricName: 'renamed', MetricNamespace: 'a', MetricValue: '1' }],
    'filter-has-alarm',
  ],
  ['AWS::Config::ConfigRule', 'Source', { Owner: 'CUSTOM_LAMBDA' }, 'config-rule-without-code'],
  ['AWS::Config::RemediationConfiguration', 'MaximumAutomaticAttempts', 25, 'remediation-by-own-role'],
  ['AWS::Config::RemediationConfiguration', 'Parameters', {}, 'remediation-by-own-role'],
  ['AWS::CloudFormation::GuardHook', 'HookStatus', 'DISABLED', 'hook-evaluates-stacks'],
  ['AWS::CloudFormation::GuardHook', 'StackFilters', undefined, 'hook-evaluates-stacks'],
  [
    'AWS::Backup::BackupSelection',
    'BackupSelection',
    { Resources: ['arn:aws:s3:::*'] },
    'backup-selects-stores',
  ],
])('%s with another %s (%j) is found by %4$s', (type, property, value, rule) => {
  const found = evaluate(withChanged(type, property, value)).filter(
    ({ verdict }) => verdict === 'non-compliant',
  );
  expect(found.map((row) => row.rule)).toContain(rule);
});
