import { FRAMEWORKS, referenceOf } from '../../controls/requirement-id';
import { notProduced, REQUIREMENT_STATES, type RequirementResult } from '../../controls/requirements';
import { HOLDERS } from '../../controls/responsibilities';
import { ruleSource } from '../../verdict-row';
import type { Evidence } from '../evidence';
import { html, type Markup } from './markup';
import { requirementLinks } from '../requirement-links';
import { frameworkPlace, requirementAnchor } from './anchors';
import { stateCounts } from './state-counts';
import { badge, plural, shownState, table } from './table';

const everyState = (requirements: readonly RequirementResult[]): number[] => {
  const counts = new Map(stateCounts(requirements));
  return REQUIREMENT_STATES.map((state) => counts.get(state) ?? 0);
};

export function frameworksSection(evidence: Evidence): Markup {
  const { requirements, catalogues, baselines } = evidence;
  const rows = bearings(evidence);
  const of = (framework: string): RequirementResult[] =>
    requirements.filter((requirement) => requirement.framework === framework);
  return html`${table(
      'Each list with the count that its edition publishes, or what is said below where it publishes none',
      ['Framework', 'In all', ...REQUIREMENT_STATES],
      [
        ...FRAMEWORKS.map((framework) => [framework, of(framework).length, ...everyState(of(framework))]),
        ...baselines.map(({ title, controls }) => {
          const selected = new Set(controls);
          const own = of('NIST-800-53-R5').filter(({ id }) => selected.has(id));
          return [`${title} baseline`, own.length, ...everyState(own)];
        }),
      ],
      [20, 14, 8, 9, 14, 12, 9, 14],
    )}
    <p>
      Each framework by itself, with all evidence, to be read or printed:
      ${FRAMEWORKS.map((framework) => html`<a href="${frameworkPlace(framework)}">${framework}</a> `)}
    </p>
    ${catalogues.map(
      ({ framework, title, edition, source, published, texts }) =>
        html`<details id="framework-${framework}">
          <summary>${title}, ${edition}: requirement by requirement</summary>
          <p class="meta">${published.says} ${texts} Source: <a href="${source}">${source}</a>.</p>
          <p>
            With all evidence of each, to be printed by itself:
            <a href="${frameworkPlace(framework)}">${frameworkPlace(framework)}</a>.
          </p>
          ${table(
            framework,
            [
              'Requirement',
              'Title',
              'State',
              'Which part, by which control',
              'Rows that bear on it',
              'Who holds it',
            ],
            of(framework).map((requirement) => requirementCells(requirement, rows)),
          )}
        </details>`,
    )}`;
}

const requirementCells = (requirement: RequirementResult, rows: Bearings): (string | Markup)[] => {
  const { framework, id, title, state, parts, exceptions, holders } = requirement;
  const anchor = requirementAnchor(framework, id);
  const missing = notProduced(requirement).length;
  const { rules, count } = rows.get(referenceOf(requirement)) ?? { rules: 0, count: 0 };
  return [
    html`<a id="${anchor}" href="${frameworkPlace(framework)}#${anchor}">${id}</a>`,
    title,
    badge(shownState(state)),
    html`${parts.map(({ narrative, covers, part }) => html`<a href="#${narrative}">${narrative}</a> (${covers}): ${part}. `)}${exceptions.map((one) => html`<a href="#${one}">${one}</a> `)}${missing > 0 ? html`<strong>Not produced in this pack: ${plural(missing, 'cited piece')} of evidence.</strong>` : undefined}`,
    count === 0
      ? ''
      : html`<a href="#rows" data-requirement="${framework} ${id}"
          >${plural(count, 'row')} of ${plural(rules, 'rule')}</a
        >`,
    holders.map(({ who, what }) => (who === 'application' ? who : `${who}: ${what}`)).join('; '),
  ];
};

type Bearings = ReadonlyMap<string, { readonly rules: number; readonly count: number }>;

/** How many rules and rows bear on each requirement. */
function bearings(evidence: Evidence): Bearings {
  const counts = new Map<string, number>();
  for (const row of evidence.rows) {
    const source = ruleSource(row);
    counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  const found = new Map<string, { rules: number; count: number }>();
  for (const [source, { claimed, named }] of requirementLinks(evidence)) {
    const own = counts.get(source);
    if (own === undefined) continue;
    for (const reference of new Set([...claimed, ...named])) {
      const { rules, count } = found.get(reference) ?? { rules: 0, count: 0 };
      found.set(reference, { rules: rules + 1, count: count + own });
    }
  }
  return found;
}

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
