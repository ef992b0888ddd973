import { FRAMEWORKS } from '../../controls/frameworks';
import type { NarrativeResult } from '../../controls/narratives';
import type { Location, VerdictRow } from '../../verdict-row';
import type { Evidence } from '../evidence';
import type { MatrixRow } from '../matrices';
import { html, type Markup } from './markup';

const className = (state: string): string => state.replaceAll(' ', '-');
export const badge = (state: string): Markup => html`<span class="badge ${className(state)}">${state}</span>`;
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/**
 * A table with a caption that screen readers announce; wide ones scroll within themselves.
 * @param widths - of the columns, in percent; without them the browser chooses, and breaks long names where it likes.
 */
export const table = (
  caption: string,
  header: readonly string[],
  rows: readonly (readonly (string | number | Markup)[])[],
  widths: readonly number[] = [],
): Markup =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table class="${widths.length > 0 ? 'measured' : 'free'}">
      <caption>
        ${caption}
      </caption>
      <colgroup>
        ${widths.map((width) => html`<col style="width:${width}%" />`)}
      </colgroup>
      <thead>
        <tr>
          ${header.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first, ...rest]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${rest.map((cell) => html`<td>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;

/** What must not be broken over two lines. */
const whole = (text: string): Markup => html`<span class="whole">${text}</span>`;

const matrix = (caption: string, rows: readonly MatrixRow[], widths: readonly number[]): Markup => {
  const [first] = rows;
  return first === undefined
    ? html`<p class="meta">${caption}: nothing of the kind in these templates.</p>`
    : table(
        caption,
        Object.keys(first),
        rows.map((row) => Object.values(row)),
        widths,
      );
};

/** The exceptions in one line each, for the first screen. */
export const standingExceptions = ({ exceptions }: Evidence): Markup =>
  html`<ul class="standing">
    ${exceptions.map(
      ({ id, title, expires }) =>
        html`<li><a href="#${id}">${id}</a> ${title}, ${whole(`until ${expires}`)}</li>`,
    )}
  </ul>`;

export function exceptionsSection({ exceptions }: Evidence): Markup {
  if (exceptions.length === 0) return html`<p>No exception stands.</p>`;
  return table(
    'Every exception that stands in this stage; each is one decision in policies/exceptions.yaml',
    ['Exception', 'Decision and reason', 'Risk', 'What compensates', 'Owner, approver', 'Age and end'],
    exceptions.map((entry) => [
      html`<span id="${entry.id}">${entry.id}</span>`,
      html`<strong>${entry.title}.</strong> ${entry.reason}
        <span class="meta">${plural(entry.findings, 'finding')}; ${whole(entry.ticket)}</span>`,
      html`<strong class="whole">${entry.risk.level}.</strong> ${entry.risk.description}`,
      entry.compensatingControl.description,
      html`${entry.owner} (${entry.ownerTeam}); approved by ${entry.approver} (${entry.approverTeam}) on
      ${whole(entry.approved)}`,
      html`${plural(Math.max(0, entry.ageDays), 'day')} old; until
        <strong class="whole">${entry.expires}</strong> (${plural(entry.daysLeft, 'day')} left)`,
    ]),
    [12, 26, 15, 17, 16, 14],
  );
}

export const narrativesSection = ({ narratives }: Evidence): Markup => html`${narratives.map(narrative)}`;

function narrative(control: NarrativeResult): Markup {
  const frameworks = FRAMEWORKS.flatMap((framework) => {
    const ids = control.requirements[framework];
    return ids === undefined ? [] : [`${framework} ${ids.join(', ')}`];
  });
  return html`<article
    class="control ${className(control.state)}"
    id="${control.id}"
    aria-labelledby="${control.id}-title"
  >
    <div class="head">
      <h3 id="${control.id}-title">${control.id} · ${control.title}</h3>
      ${badge(control.state === 'not assessed' ? 'not assessed here' : control.state)}
    </div>
    <p>${control.claim}</p>
    <p class="meta">Evidence:</p>
    <ul>
      ${control.evidence.map((evidence) => html`<li>${evidenceLine(evidence)}</li>`)}
    </ul>
    ${control.exceptions.length > 0 ? html`<p class="meta">Exceptions: ${control.exceptions.map((id) => html`<a href="#${id}">${id}</a> `)}</p>` : undefined}
    ${control.limits === undefined ? undefined : html`<p class="meta">What this does not show: ${control.limits}</p>`}
    <p class="meta">Claimed since ${control.since} · ${frameworks.join(' · ')}</p>
  </article> `;
}

function evidenceLine({
  source,
  title,
  strength,
  compliant,
  excepted,
  open,
}: NarrativeResult['evidence'][number]): Markup {
  if (strength === 'test') return html`test <code>${source}</code>, run with every change by npm test`;
  const [engine = '', rule = ''] = source.split(': ');
  const counts = [
    `${compliant} compliant`,
    ...(excepted > 0 ? [`${excepted} excepted`] : []),
    ...(open > 0 ? [`${open} open`] : []),
  ];
  const kind = strength === 'behaviour' ? 'behaviour proven' : 'property seen';
  return html`${title || 'produced nothing in this run'} — ${counts.join(', ')} (${kind};
    <a href="#rows" data-engine="${engine}" data-rule="${rule}"><code>${rule}</code></a
    >)`;
}

export const frameworksSection = ({ requirements }: Evidence): Markup =>
  html`${table(
      'Requirements by framework; the ids and titles are those of the frameworks, taken from the data of prowler',
      [
        'Framework',
        'Requirements',
        'Supported by evidence',
        'Excepted',
        'Open findings',
        'Not assessed here',
      ],
      FRAMEWORKS.map((framework) => {
        const own = requirements.filter((requirement) => requirement.framework === framework);
        const count = (state: string): number =>
          own.filter((requirement) => requirement.state === state).length;
        return [
          framework,
          own.length,
          count('supported'),
          count('excepted'),
          count('findings'),
          count('not assessed'),
        ];
      }),
      [25, 15, 15, 15, 15, 15],
    )}
    <p class="print-only">Requirement by requirement: controls.csv.</p>
    ${FRAMEWORKS.map(
      (framework) =>
        html`<details>
          <summary>${framework}, requirement by requirement</summary>
          ${table(
            framework,
            ['Requirement', 'Title', 'State', 'Claimed by', 'Rules that name it', 'Whose it is'],
            requirements
              .filter((requirement) => requirement.framework === framework)
              .map((requirement) => [
                requirement.id,
                requirement.title,
                badge(requirement.state === 'not assessed' ? 'not assessed here' : requirement.state),
                html`${requirement.narratives.map((id) => html`<a href="#${id}">${id}</a> `)}`,
                requirement.rules.length === 0
                  ? ''
                  : `${plural(requirement.rules.length, 'rule')}: ${requirement.compliant} compliant, ${requirement.excepted} excepted, ${requirement.open} open`,
                requirement.responsible,
              ]),
          )}
        </details>`,
    )}`;

export const matricesSection = ({ matrices, requirements }: Evidence): Markup =>
  html` <h3>Encryption: what holds data, and under which key</h3>
    ${matrix('Stores and keys', matrices.encryption, [42, 20, 16, 22])}
    <h3>Access: who may take on which role</h3>
    ${matrix('Roles', matrices.access, [28, 25, 18, 29])}
    <h3>Data life: how long what is kept</h3>
    ${matrix('Retention', matrices.retention, [70, 30])}
    <h3>Shared responsibility: what this system cannot show</h3>
    ${table(
      'Requirements that are not assessed here, by who must show them',
      ['Who', 'Requirements', 'For example'],
      [...unassessedBy(requirements)].map(([who, own]) => [
        who,
        own.length,
        own
          .slice(0, 8)
          .map(({ framework, id }) => `${framework} ${id}`)
          .join(', '),
      ]),
      [16, 16, 68],
    )}`;

/** Requirements that nothing here assesses, by who must show them. */
export const unassessedBy = (
  requirements: Evidence['requirements'],
): Map<string, Evidence['requirements'][number][]> =>
  groupBy(
    requirements.filter(({ state }) => state === 'not assessed'),
    ({ responsible }) => responsible.split(':')[0] ?? '',
  );

/** Map.groupBy, which Node.js 20 does not have. */
function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  return groups;
}

const link = (location: Location | undefined, prefix: string): Markup | undefined =>
  location &&
  html`<a href="${prefix}${location.file}#L${location.line}">${location.file}:${location.line}</a> `;

const templateLink = ({ stack, template }: VerdictRow): Markup | undefined =>
  stack === undefined
    ? undefined
    : link(template && { file: `${stack}.template.json`, line: template.line }, 'templates/');

export function rowsSection({ rows, identity }: Evidence): Markup {
  const engines = [...new Set(rows.map(({ engine }) => engine))];
  const verdicts = ['non-compliant', 'error', 'excepted', 'compliant', 'not-applicable'];
  return html`<section id="rows">
    <h2>All rows</h2>
    <p>
      ${plural(rows.length, 'verdict')}: every rule that looked at something, and what it saw.
      <a href="findings.csv">findings.csv</a> holds the same rows.
    </p>
    <p class="print-only">The rows are not printed; they are in findings.csv.</p>
    <details id="all-rows">
      <summary>Show the rows</summary>
      <form class="filter needs-script" onsubmit="return false">
        <label>Words<input id="filter-text" type="search" placeholder="rule, resource, file …" /></label>
        <label
          >Verdict<select id="filter-verdict">
            <option value="">all</option>
            ${verdicts.map((value) => html`<option>${value}</option>`)}
          </select></label
        >
        <label
          >Engine<select id="filter-engine">
            <option value="">all</option>
            ${engines.map((value) => html`<option>${value}</option>`)}
          </select></label
        >
        <output id="filter-shown" aria-live="polite"></output>
      </form>
      <div class="scroll" tabindex="0" role="region" aria-label="All rows">
        <table>
          <caption>
            Verdicts of stage ${identity.stage}
          </caption>
          <colgroup>
            <col style="width:8rem" />
            <col style="width:17rem" />
            <col style="width:19rem" />
            <col style="width:16rem" />
            <col />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Verdict</th>
              <th scope="col">Rule</th>
              <th scope="col">Resource</th>
              <th scope="col">Template, source</th>
              <th scope="col">What was found</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (row) =>
                html`<tr data-verdict="${row.verdict}" data-engine="${row.engine}">
                  <td class="${row.verdict}">
                    ${row.verdict}${row.exception === undefined ? undefined : html` <a href="#${row.exception}">${row.exception}</a>`}
                  </td>
                  <td>${row.engine} <code>${row.rule}</code><br />${row.title}</td>
                  <td>${row.constructPath ?? row.resource}</td>
                  <td>${templateLink(row)}${link(row.source, '../')}</td>
                  <td>${row.message}</td>
                </tr> `,
            )}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}
