import type { VerdictRow } from '../../verdict-row';
import type { Evidence } from '../evidence';
import { uuidOf } from '../uuid';
import { catalogControl, metadata } from './metadata';

const NAMESPACE = 'https://serverlessapp.example.com/ns/oscal';
const observationId = (engine: string, rule: string): string => uuidOf('observation', engine, rule);
const stackId = (name: string): string => uuidOf('component', name);
const base = (rule: string): string => rule.replace(/\[.*$/s, '');

/**
 * OSCAL assessment results: each rule that looked at something is an observation, each requirement that anything bears
 * on a finding. https://pages.nist.gov/OSCAL/learn/concepts/layer/assessment/assessment-results/
 */
export function assessmentResults(evidence: Evidence): object {
  const { identity, requirements, rows } = evidence;
  const groups = new Map<string, VerdictRow[]>();
  for (const row of rows.filter(({ verdict }) => verdict !== 'not-applicable')) {
    const key = `${row.engine}\u0000${base(row.rule)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const assessed = requirements.filter(({ state }) => state !== 'not assessed');
  return {
    'assessment-results': {
      uuid: uuidOf('assessment-results', identity.generated, identity.commit.id, identity.stage),
      metadata: metadata(identity, `${identity.title}: assessment results, stage ${identity.stage}`),
      'import-ap': { href: `#${uuidOf('resource', 'assessment-plan')}` },
      'local-definitions': {
        activities: [
          {
            uuid: uuidOf('activity', 'gate'),
            title: 'npm run compliance',
            description:
              'Every engine of the gate judged the synthesized templates; the exceptions register was applied.',
            props: [{ name: 'method', value: 'TEST' }],
          },
        ],
      },
      results: [
        {
          uuid: uuidOf('result', identity.generated, identity.commit.id, identity.stage),
          title: `Stage ${identity.stage}`,
          description: `Result: ${evidence.result}. Requirements that nothing here can assess are listed in controls.csv.`,
          start: identity.generated,
          end: identity.generated,
          'local-definitions': {
            components: identity.stacks.map(({ name, environment, sha256 }) => ({
              uuid: stackId(name),
              type: 'software',
              title: name,
              description: `CloudFormation stack in ${environment}`,
              props: [{ name: 'template-sha256', ns: NAMESPACE, value: sha256 }],
              status: { state: 'operational' },
            })),
          },
          'reviewed-controls': {
            'control-selections': [
              {
                'include-controls': [
                  ...new Set(
                    assessed.map(({ framework, id }) => catalogControl(framework, id).replace(/_smt.*$/, '')),
                  ),
                ].map((id) => ({ 'control-id': id })),
              },
            ],
          },
          observations: [...groups.values()].map((group) => observation(group, identity.generated)),
          findings: assessed.map((requirement) => ({
            uuid: uuidOf('finding', requirement.framework, requirement.id),
            title: `${requirement.framework} ${requirement.id}`,
            description: `${requirement.title || requirement.id} — ${requirement.state}`,
            target: {
              type: 'objective-id',
              'target-id': catalogControl(requirement.framework, requirement.id),
              status: {
                state: requirement.state === 'findings' ? 'not-satisfied' : 'satisfied',
                ...(requirement.state === 'excepted' && {
                  remarks: `By exception: ${requirement.exceptions.join(', ')}. See the plan of action and milestones.`,
                }),
              },
            },
            ...relatedObservations(requirement.rules, groups),
          })),
        },
      ],
      'back-matter': {
        resources: [
          {
            uuid: uuidOf('resource', 'assessment-plan'),
            title: 'The gate: compliance/ at the commit named in the metadata',
            description:
              'The engines, rules and mappings that make up the plan are versioned with the system.',
            rlinks: [{ href: 'https://example.com/serverlessapp/compliance' }],
          },
        ],
      },
    },
  };
}

function observation(group: readonly VerdictRow[], collected: string): object {
  const [first] = group;
  if (first === undefined) return {};
  const count = (verdict: VerdictRow['verdict']): number =>
    group.filter((row) => row.verdict === verdict).length;
  const stacks = [...new Set(group.flatMap(({ stack }) => stack ?? []))];
  return {
    uuid: observationId(first.engine, base(first.rule)),
    title: base(first.rule),
    description: first.title,
    methods: ['TEST'],
    types: ['control-objective'],
    props: [
      { name: 'engine', ns: NAMESPACE, value: first.engine },
      { name: 'strength', ns: NAMESPACE, value: first.strength },
      { name: 'compliant', ns: NAMESPACE, value: String(count('compliant')) },
      { name: 'excepted', ns: NAMESPACE, value: String(count('excepted')) },
      { name: 'open', ns: NAMESPACE, value: String(count('non-compliant') + count('error')) },
    ],
    ...(stacks.length > 0 && {
      subjects: stacks.map((stack) => ({ 'subject-uuid': stackId(stack), type: 'component' })),
    }),
    collected,
  };
}

function relatedObservations(
  rules: readonly string[],
  groups: ReadonlyMap<string, readonly VerdictRow[]>,
): object {
  const related = [...groups.values()].flatMap(([first]) =>
    first !== undefined && rules.includes(base(first.rule))
      ? [observationId(first.engine, base(first.rule))]
      : [],
  );
  return related.length === 0
    ? {}
    : { 'related-observations': related.map((id) => ({ 'observation-uuid': id })) };
}
