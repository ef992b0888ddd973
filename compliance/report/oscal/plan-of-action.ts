import type { Evidence, ExceptionResult } from '../evidence';
import { uuidOf } from '../uuid';
import { metadata, PARTY } from './metadata';

const endOfDay = (date: string): string => `${date}T23:59:59Z`;
const startOfDay = (date: string): string => `${date}T00:00:00Z`;
const riskId = (entry: ExceptionResult): string => uuidOf('risk', entry.id);

/**
 * OSCAL plan of action and milestones: each entry of the exceptions register is an item with its risk, the day by which
 * it ends, and what compensates for it until then.
 */
export function planOfAction({ identity, exceptions }: Evidence): object {
  const items = exceptions.map((entry) => ({
    uuid: uuidOf('poam-item', entry.id),
    title: `${entry.id}: ${entry.title}`,
    description: entry.reason,
    props: [
      { name: 'ticket', ns: 'https://serverlessapp.example.com/ns/oscal', value: entry.ticket },
      { name: 'findings', ns: 'https://serverlessapp.example.com/ns/oscal', value: String(entry.findings) },
    ],
    'related-risks': [{ 'risk-uuid': riskId(entry) }],
  }));
  return {
    'plan-of-action-and-milestones': {
      uuid: uuidOf('poam', identity.generated, identity.commit.id, identity.stage),
      metadata: metadata(
        identity,
        `${identity.title}: plan of action and milestones, stage ${identity.stage}`,
      ),
      'system-id': {
        'identifier-type': 'https://ietf.org/rfc/rfc4122',
        id: uuidOf('system', identity.stage),
      },
      ...(exceptions.length > 0 && { risks: exceptions.map(riskOf) }),
      // OSCAL wants at least one item: a register without entries is itself a statement.
      'poam-items':
        items.length > 0
          ? items
          : [
              {
                uuid: uuidOf('poam-item', 'none'),
                title: 'No exceptions',
                description: 'The register has no entry for this stage.',
              },
            ],
    },
  };
}

function riskOf(entry: ExceptionResult): object {
  return {
    uuid: riskId(entry),
    title: entry.title,
    description: entry.risk.description,
    statement: entry.reason,
    status: 'deviation-approved',
    characterizations: [
      {
        origin: { actors: [{ type: 'party', 'actor-uuid': PARTY }] },
        facets: [
          { name: 'risk', system: 'https://serverlessapp.example.com/ns/oscal', value: entry.risk.level },
        ],
      },
    ],
    'mitigating-factors': [
      { uuid: uuidOf('mitigation', entry.id), description: entry.compensatingControl.description },
    ],
    deadline: endOfDay(entry.expires),
    remediations: [
      {
        uuid: uuidOf('remediation', entry.id),
        lifecycle: 'planned',
        title: 'Mend the finding, or renew the decision',
        description: `Owner ${entry.owner} (${entry.ownerTeam}), approved by ${entry.approver} (${entry.approverTeam}), ticket ${entry.ticket}.`,
        tasks: [
          {
            uuid: uuidOf('task', entry.id),
            type: 'milestone',
            title: 'Mended or renewed',
            timing: {
              'within-date-range': { start: startOfDay(entry.approved), end: endOfDay(entry.expires) },
            },
          },
        ],
      },
    ],
  };
}
