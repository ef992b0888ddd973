import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** Invocations of rules that reached neither target nor dead-letter queue; CloudWatch sends these metrics only when they are not zero. */
export const lostInvocations = (rules: readonly string[]): MathExpression => {
  const usingMetrics = Object.fromEntries(
    rules.flatMap((RuleName, index) =>
      ['FailedInvocations', 'InvocationsFailedToBeSentToDlq'].map((metricName, kind) => [
        `m${index}${kind}`,
        new Metric({ namespace: 'AWS/Events', metricName, dimensionsMap: { RuleName }, statistic: 'Sum' }),
      ]),
    ),
  );
  return new MathExpression({
    expression: Object.keys(usingMetrics)
      .map((id) => `FILL(${id}, 0)`)
      .join(' + '),
    usingMetrics,
    period: Duration.minutes(5),
  });
};
