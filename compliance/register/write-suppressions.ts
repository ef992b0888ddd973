import { AspectPriority, Aspects, CfnResource, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { appliesTo, isAtOrBelow, isEveryFinding, pathsOf, ruleCovers } from './match';
import type { RegisterEntry } from './schema';

/** By this beginning of a reason the gate knows a suppression that the register wrote. */
const suppressionReason = (entry: Pick<RegisterEntry, 'id' | 'title' | 'expires'>): string =>
  `${entry.id} (until ${entry.expires}): ${entry.title}`;

/**
 * Writes the register into the construct tree, in each engine's own form, so that whoever scans the deployed templates
 * sees the same exceptions: cdk-nag acknowledgements, `Metadata.checkov.skip`, `Metadata.guard.SuppressedRules`,
 * `Metadata.cfn-lint.config.ignore_checks`. The only place in the project where a suppression is written; the gate
 * refuses every other. Expiry is the gate's business: the templates do not depend on the day.
 */
export function writeSuppressions(root: IConstruct, entries: readonly RegisterEntry[], stage: string): void {
  const active = entries.filter((entry) => appliesTo(entry, stage));
  // Last of all, so that what other aspects make or change is there to be looked at.
  Aspects.of(root).add(
    {
      visit: (construct) => {
        if (!CfnResource.isCfnResource(construct)) return;
        const covering = active.filter((entry) =>
          pathsOf(entry, stage).some((ancestor) => isAtOrBelow(construct.node.path, ancestor)),
        );
        if (covering.length > 0) suppress(construct, covering);
      },
    },
    { priority: AspectPriority.READONLY },
  );
}

/** cdk-nag knows no "every finding of a rule": the findings are asked for, and acknowledged one by one. */
function acknowledgedRules(resource: CfnResource, named: readonly string[]): string[] {
  const every = named.filter(isEveryFinding);
  if (every.length === 0) return [...named];
  const pack = new AwsSolutionsChecks();
  const found = pack.validateScope(resource).violations.map(({ ruleName }) => `${pack.name}::${ruleName}`);
  return [
    ...named.filter((rule) => !isEveryFinding(rule)),
    ...found.filter((rule) => every.some((one) => ruleCovers(one, rule))),
  ];
}

function suppress(resource: CfnResource, entries: readonly RegisterEntry[]): void {
  for (const entry of entries) {
    for (const id of acknowledgedRules(resource, entry.rules['cdk-nag'] ?? [])) {
      Validations.of(resource).acknowledge({ id, reason: suppressionReason(entry) });
    }
  }
  const skip = entries.flatMap((entry) =>
    (entry.rules.checkov ?? []).map((id) => ({ id, comment: suppressionReason(entry) })),
  );
  if (skip.length > 0) resource.addMetadata('checkov', { skip });
  const guard = entries.flatMap((entry) => entry.rules['cfn-guard'] ?? []);
  if (guard.length > 0) resource.addMetadata('guard', { SuppressedRules: guard });
  const lint = entries.flatMap((entry) => entry.rules['cfn-lint'] ?? []);
  if (lint.length > 0) resource.addMetadata('cfn-lint', { config: { ignore_checks: lint } });
}
