import type { CfnResource } from 'aws-cdk-lib';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  type IApplyRule,
  NagMessageLevel,
  type NagPack,
  NagRuleCompliance,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import cdkNagPackage from 'cdk-nag/package.json';
import type { EvaluatedResource, NotRead } from '../assembly/model';
import { messageOf } from '../gate-error';
import { type Conventions, ServerlessAppChecks } from '../rules/nag/serverless-app-checks';
import { loadProfile } from '../profiles/load';
import type { EngineResult, Verdict, VerdictRow } from '../verdict-row';
import { notEvaluated } from './not-evaluated';
import { resourceColumns } from './resource-columns';

const PUBLIC_PACKS: readonly (new () => NagPack)[] = [
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
];

/** The framework whose control ids a pack's texts carry, as `compliance/controls` names it. */
const FRAMEWORK_OF_PACK: Readonly<Record<string, string>> = {
  'HIPAA.Security': 'HIPAA',
  'NIST.800.53.R5': 'NIST-800-53-R5',
  'PCI.DSS.321': 'PCI-DSS-3.2.1',
};
const CONTROL_IDS = /\(Control IDs?: (.*)\)\.?\s*$/s;

interface PackWithRules {
  applyRule: (params: IApplyRule) => void;
  checkResource: (node: CfnResource) => void;
}

/**
 * Every rule of every pack on every construct, each with the template's view of it. cdk-nag's own report holds open
 * violations only and says nothing of rules that passed, so each pack's `applyRule` is replaced by one that records the
 * verdict. Acknowledgements play no part here: the register decides what is excepted.
 *
 * Rows without a verdict on the resource (not applicable) are left out; a rule that applied to nothing at all gets one
 * row that says so.
 * @param conventions - of the team whose constructs they are; this application's when absent.
 * @param notIncluded - resources that there is no construct for.
 */
export function evaluateWithCdkNag(
  constructs: ReadonlyMap<CfnResource, EvaluatedResource>,
  conventions: Conventions = loadProfile('serverlessapp'),
  notIncluded: readonly NotRead[] = [],
): EngineResult {
  const rows = notIncluded.map((resource) => notEvaluated('cdk-nag', resource));
  const seen = new Map<string, { params: IApplyRule; pack: NagPack; applied: boolean }>();
  const packs = [...PUBLIC_PACKS.map((Pack) => new Pack()), new ServerlessAppChecks(conventions)];
  for (const pack of packs) {
    const record = (resource: EvaluatedResource, params: IApplyRule): void => {
      const rule = ruleId(pack, params);
      const verdicts = verdictsOf(params);
      const known = seen.get(rule) ?? { params, pack, applied: false };
      seen.set(rule, known);
      for (const { verdict, finding, message } of verdicts) {
        if (verdict === 'not-applicable') continue;
        known.applied = true;
        rows.push({
          ...columns(pack, params, finding === undefined ? rule : `${rule}[${finding}]`),
          ...resourceColumns(resource),
          verdict,
          message: message ?? (verdict === 'compliant' ? '' : params.explanation),
        });
      }
    };
    const rules = pack as unknown as PackWithRules;
    for (const [construct, resource] of constructs) {
      rules.applyRule = (params) => record(resource, params);
      rules.checkResource(construct);
    }
  }
  for (const [rule, { params, pack, applied }] of seen) {
    if (applied) continue;
    rows.push({
      ...columns(pack, params, rule),
      resource: '(none of its kind)',
      verdict: 'not-applicable',
      message: 'No resource of the kind that this rule looks at.',
    });
  }
  return {
    engine: 'cdk-nag',
    version: cdkNagPackage.version,
    rows,
    rulesRun: [...seen.keys()].sort(),
    failures: [],
    notAssessed: [],
  };
}

const ruleId = (pack: NagPack, params: IApplyRule): string =>
  `${pack.name}::${pack.readPackName}-${params.ruleSuffixOverride ?? params.rule.name}`;

function columns(
  pack: NagPack,
  params: IApplyRule,
  rule: string,
): Pick<VerdictRow, 'engine' | 'rule' | 'title' | 'controls' | 'strength' | 'severity' | 'remedy'> {
  const framework = FRAMEWORK_OF_PACK[pack.name];
  const ids = CONTROL_IDS.exec(params.info)?.[1] ?? '';
  return {
    engine: 'cdk-nag',
    rule,
    title: titleOf(pack, params),
    controls: framework === undefined ? [] : splitControlIds(ids).map((id) => `${framework}:${id}`),
    strength: 'property',
    severity: params.level === NagMessageLevel.ERROR ? 'error' : 'warning',
    remedy: params.explanation,
  };
}

/** The public packs word a rule as what is wrong; the words of AWS Config's rules say so and read forwards. */
function titleOf(pack: NagPack, { info }: IApplyRule): string {
  const text = info.replace(/ - \(Control IDs?:.*$/s, '').trim();
  return pack instanceof ServerlessAppChecks ? text : `Non-compliant if: ${text}`;
}

/** Some texts name a control twice. */
const splitControlIds = (ids: string): string[] => [
  ...new Set(
    ids
      .split(/,\s*(?![^(]*\))/)
      .map((id) => id.trim())
      .filter((id) => id !== ''),
  ),
];

function verdictsOf(params: IApplyRule): { verdict: Verdict; finding?: string; message?: string }[] {
  try {
    const result = params.rule(params.node);
    if (Array.isArray(result)) {
      return result.length === 0
        ? [{ verdict: 'compliant' }]
        : result.map((finding) => ({ verdict: 'non-compliant', finding }));
    }
    if (result === NagRuleCompliance.COMPLIANT) return [{ verdict: 'compliant' }];
    if (result === NagRuleCompliance.NOT_APPLICABLE) return [{ verdict: 'not-applicable' }];
    return [{ verdict: 'non-compliant' }];
  } catch (error) {
    return [{ verdict: 'error', message: `The rule could not evaluate this resource: ${messageOf(error)}` }];
  }
}
