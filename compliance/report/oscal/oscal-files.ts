import type { Evidence } from '../evidence';
import { assessmentPlan, assessmentResults } from './assessment';
import { catalog, profile } from './catalog';
import { fedrampPlan, fedrampProfile } from './fedramp/plan';
import { DOCUMENTS } from './identifiers';
import { claimsAnything, componentDefinition, systemSecurityPlan } from './implementation';
import { planOfAction } from './plan-of-action';

/**
 * The OSCAL chain, each document importing the one before by its name. Of templates about which nothing is claimed only
 * the catalogue and the selection: OSCAL has no plan for a system that implements nothing.
 * @param sums - SHA-256 of the pack's other files, by their place.
 */
export function oscalFiles(evidence: Evidence, sums: ReadonlyMap<string, string>): [string, string][] {
  const documents: [string, object][] = [
    [DOCUMENTS.catalog, catalog(evidence)],
    [DOCUMENTS.profile, profile(evidence)],
    ...(claimsAnything(evidence)
      ? ([
          [DOCUMENTS.componentDefinition, componentDefinition(evidence)],
          [DOCUMENTS.systemSecurityPlan, systemSecurityPlan(evidence)],
          [DOCUMENTS.assessmentPlan, assessmentPlan(evidence)],
          [DOCUMENTS.assessmentResults, assessmentResults(evidence, sums)],
          [DOCUMENTS.planOfAction, planOfAction(evidence)],
        ] satisfies [string, object][])
      : []),
    ...(evidence.identity.subject === 'application'
      ? ([
          [DOCUMENTS.fedrampProfile, fedrampProfile(evidence)],
          [DOCUMENTS.fedrampPlan, fedrampPlan(evidence)],
        ] satisfies [string, object][])
      : []),
  ];
  return documents.map(([file, content]) => [`oscal/${file}`, `${JSON.stringify(content, undefined, 1)}\n`]);
}
