import type { Case } from './cases';

interface KnownDifference {
  readonly reason: string;
  readonly concerns: (one: Case, text: string) => boolean;
}

/** Each with the words of AWS's that bear ours out. */
const KNOWN: readonly KnownDifference[] = [
  {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
    reason: 'a date in seconds since 1970, which AWS takes for one; the simulator does not',
    concerns: (_one, text) => text.includes('"1798761600"'),
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    reason:
      'a policy without Version, in which AWS says that variables are text; the simulator fills them in',
    concerns: ({ version }, text) => version === undefined && text.includes('${'),
  },
  {
    // The same page: such a variable "might cause the entire statement to be invalid".
    reason:
      'NotResource with a variable that has no value: we rely on no such Deny, and count on every such Allow',
    concerns: ({ context }, text) =>
      /"NotResource":\[[^\]]*\$\{/.test(text) && context['aws:PrincipalTag/team'] === undefined,
  },
];

/** Why the two may differ about a case; undefined where nobody knows a reason. */
export function knownDifference(one: Case): string | undefined {
  const text = JSON.stringify(one);
  return KNOWN.find(({ concerns }) => concerns(one, text))?.reason;
}
