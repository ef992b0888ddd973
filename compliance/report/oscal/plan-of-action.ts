import { referenceOf } from '../../controls/requirement-id';
import type { Evidence, ExceptionResult } from '../evidence';
import { DOCUMENTS, type Identifiers, identifiersOf, NAMESPACE } from './identifiers';
import { metadata } from './metadata';

const endOfDay = (date: string): string => `${date}T23:59:59Z`;
const startOfDay = (date: string): string => `${date}T00:00:00Z`;

/**
 * OSCAL plan of action and milestones: each entry of the exceptions register is an item with its risk, the findings that
 * it bears on in the assessment results, the day by which it ends, and what compensates for it until then.
 */
export function planOfAction({ identity, exceptions, requirements }: Evidence): object {
  const ids = identifiersOf(identity);
  const items = exceptions.map((entry) => {
    const findings = requirements.filter(
      ({ state, exceptions: own }) => state !== 'not assessed' && own.includes(entry.id),
    );
    return {
      uuid: ids.of('poam-item', entry.id),
      title: `${entry.id}: ${entry.title}`,
      description: entry.reason,
      props: [
        { name: 'ticket', ns: NAMESPACE, value: entry.ticket },
        { name: 'findings', ns: NAMESPACE, value: String(entry.findings) },
      ],
      ...(findings.length > 0 && {
        'related-findings': findings.map((requirement) => ({
          'finding-uuid': ids.finding(referenceOf(requirement)),
        })),
      }),
      'related-risks': [{ 'risk-uuid': ids.risk(entry.id) }],
    };
  });
  return {
    'plan-of-action-and-milestones': {
      uuid: ids.of('poam', identity.generated, identity.commit.id),
      metadata: metadata(identity, 'plan of action and milestones'),
      'import-ssp': { href: DOCUMENTS.systemSecurityPlan },
      'system-id': { 'identifier-type': 'https://ietf.org/rfc/rfc4122', id: ids.system },
      ...(exceptions.length > 0 && { risks: risksOf(exceptions, ids) }),
      // OSCAL wants at least one item: a register without entries is itself a statement.
      'poam-items':
        items.length > 0
          ? items
          : [
              {
                uuid: ids.of('poam-item', 'none'),
                title: 'No exceptions',
                description: 'The register has no entry for this stage.',
              },
            ],
      'back-matter': {
        resources: [
          {
            uuid: ids.resource(DOCUMENTS.assessmentResults),
            title: 'Assessment results, which hold the findings',
            rlinks: [{ href: DOCUMENTS.assessmentResults }],
          },
        ],
      },
    },
  };
}

/** The risk that each exception accepts, with its end as the deadline. */
export const risksOf = (exceptions: readonly ExceptionResult[], ids: Identifiers): object[] =>
  exceptions.map((entry) => ({
    uuid: ids.risk(entry.id),
    title: `${entry.id}: ${entry.title}`,
    description: entry.risk.description,
    statement: entry.reason,
    status: entry.approved === undefined ? 'deviation-requested' : 'deviation-approved',
    characterizations: [
      {
        origin: { actors: [{ type: 'party', 'actor-uuid': ids.party }] },
        facets: [{ name: 'risk', system: NAMESPACE, value: entry.risk.level }],
      },
    ],
    'mitigating-factors': [
      { uuid: ids.of('mitigation', entry.id), description: entry.compensatingControl.description },
    ],
    deadline: endOfDay(entry.expires),
    remediations: [
      {
        uuid: ids.of('remediation', entry.id),
        lifecycle: 'planned',
        title: 'Fix the finding, or renew the decision',
        description: `Owner ${entry.owner} (${entry.ownerTeam}), ${entry.approved === undefined ? 'to be decided' : 'approved'} by ${entry.approver} (${entry.approverTeam}), ticket ${entry.ticket}.`,
        tasks: [
          {
            uuid: ids.of('task', entry.id),
            type: 'milestone',
            title: 'Fixed or renewed',
            timing:
              entry.approved === undefined
                ? { 'on-date': { date: endOfDay(entry.expires) } }
                : {
                    'within-date-range': { start: startOfDay(entry.approved), end: endOfDay(entry.expires) },
                  },
          },
        ],
      },
    ],
  }));
