/** What follows the name of a state in a rule, `ALARM("name")`: a name or an ARN, with or without quotes. */
const NAMED = /\b(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^"()]+?)"?\s*\)/g;

/**
 * The alarms that the rule of a composite alarm names.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export const alarmsInRule = (rule: string): string[] =>
  [...rule.matchAll(NAMED)].map(([, name = '']) => name);
