import { FRAMEWORKS } from '../../controls/requirement-id';
import { REQUIREMENT_STATES, type RequirementResult } from '../../controls/requirements';
import { HOLDERS } from '../../controls/responsibilities';
import type { Evidence } from '../evidence';
import { stateCounts } from './lead';
import { html, type Markup } from './markup';
import { requirementAnchor } from './narratives-section';
import { badge, plural, table } from './table';

export function frameworksSection(evidence: Evidence): Markup {
  const { requirements, catalogues, baselines } = evidence;
  const of = (framework: string): RequirementResult[] =>
    requirements.filter((requirement) => requirement.framework === framework);
  return html`${table(
      'Each list is complete: its count is the one that the edition publishes',
      ['Framework', 'In all', ...REQUIREMENT_STATES],
      [
        ...FRAMEWORKS.map((framework) => [framework, of(framework).length, ...stateCounts(of(framework))]),
        ...baselines.map(({ title, controls }) => {
          const selected = new Set(controls);
          const own = of('NIST-800-53-R5').filter(({ id }) => selected.has(id));
          return [`${title} baseline`, own.length, ...stateCounts(own)];
        }),
      ],
      [20, 14, 8, 9, 14, 12, 9, 14],
    )}
    <p class="print-only">Requirement by requirement: controls.csv.</p>
    ${catalogues.map(
      ({ framework, title, edition, source, published, texts }) =>
        html`<details id="framework-${framework}">
          <summary>${title}, ${edition}: requirement by requirement</summary>
          <p class="meta">${published.says} ${texts} Source: <a href="${source}">${source}</a>.</p>
          ${table(
            framework,
            [
              'Requirement',
              'Title',
              'State',
              'Which part, by which control',
              'Rules that name it',
              'Who holds it',
            ],
            of(framework).map(requirementCells),
          )}
        </details>`,
    )}`;
}

const requirementCells = (requirement: RequirementResult): (string | Markup)[] => [
  html`<span id="${requirementAnchor(requirement.framework, requirement.id)}">${requirement.id}</span>`,
  requirement.title,
  badge(requirement.state === 'not assessed' ? 'not assessed here' : requirement.state),
  html`${requirement.parts.map(({ narrative, covers, part }) => html`<a href="#${narrative}">${narrative}</a> (${covers}): ${part}. `)}${requirement.exceptions.map((id) => html`<a href="#${id}">${id}</a> `)}`,
  requirement.rules.length === 0
    ? ''
    : html`${plural(requirement.rules.length, 'rule')}: ${requirement.compliant} compliant,
      ${requirement.excepted} excepted, ${requirement.open} open.
      ${requirement.rules.slice(0, 3).map(ruleLink)}`,
  requirement.holders.map(({ who, what }) => (who === 'application' ? who : `${who}: ${what}`)).join('; '),
];

const ruleLink = (source: string): Markup => {
  const [engine = '', rule = ''] = source.split(': ');
  return html`<a href="#rows" data-engine="${engine}" data-rule="${rule}"
    ><code>${rule.replace(/^.*::/, '')}</code></a
  > `;
};

/** Who holds how many requirements of each framework; one may have several holders. */
export const responsibilityMatrix = ({ requirements }: Evidence): Markup =>
  table(
    'Requirements by who holds them; one that is shared counts for each',
    ['Framework', ...HOLDERS, 'nobody: it asks for nothing here'],
    FRAMEWORKS.map((framework) => {
      const own = requirements.filter((requirement) => requirement.framework === framework);
      return [
        framework,
        ...HOLDERS.map(
          (who) => own.filter(({ holders }) => holders.some((holder) => holder.who === who)).length,
        ),
        own.filter(({ holders }) => holders.length === 0).length,
      ];
    }),
    [25, 15, 15, 15, 15, 15],
  );
