import { groupBy } from '../../group-by';
import { parseReference } from '../../controls/requirement-id';
import { baseRule, ruleSource, type VerdictRow } from '../../verdict-row';
import { type RequirementLinks, requirementLinks } from '../requirement-links';
import type { Evidence } from '../evidence';
import { sourceLine, templateLine, templatePage } from '../places';
import { referenceAnchor, rowAnchor, ruleAnchor } from './anchors';
import { html, type Markup } from './markup';
import { shownRows } from './shown-rows';
import { plural } from './table';

/** The template's line in the pack; the source's line is in the repository, which the pack does not hold. */
const templateLink = (row: VerdictRow): Markup | undefined =>
  row.stack === undefined || row.template === undefined
    ? undefined
    : html`<a href="${templatePage(row.stack)}#L${row.template.line}"
        >${templateLine(row).replace('templates/', '')}</a
      > `;

const VERDICTS = ['non-compliant', 'error', 'excepted', 'compliant', 'not-applicable'] as const;

/** The single finding that a rule names in brackets. */
const findingOf = ({ rule }: VerdictRow): string => rule.slice(baseRule(rule).length);

/** All rows, by rule: over each rule's rows stands what it asks for and which requirements it bears on. */
export function rowsSection(evidence: Evidence): Markup {
  const { rows, identity } = evidence;
  const engines = [...new Set(rows.map(({ engine }) => engine))];
  const bearing = requirementLinks(evidence);
  const shown = shownRows(rows);
  const known = new Set(evidence.requirements.map(({ framework, id }) => `${framework}:${id}`));
  return html`<section id="rows">
    <h2>All rows</h2>
    <p>
      ${plural(rows.length, 'verdict')}: every rule that looked at something, what it saw, and which
      requirements that bears on. Templates are in this pack; sources are named as they stand in the
      repository at the commit above. <a href="findings.csv">findings.csv</a> holds the same rows.
    </p>
    ${
      shown.size < rows.length
        ? html`<p>
            <strong>${shown.size} of ${rows.length} are shown here</strong>: all that are open or excepted,
            and the first of each rule. The rest is in <a href="findings.csv">findings.csv</a> and beside the
            lines of the templates; each rule below counts all of its own.
          </p>`
        : undefined
    }
    <p class="print-only">The rows are not printed; they are in findings.csv.</p>
    <details id="all-rows">
      <summary>Show the rows</summary>
      <form class="filter needs-script" onsubmit="return false">
        <label>Words<input id="filter-text" type="search" placeholder="rule, resource, file …" /></label>
        <label
          >Requirement<input id="filter-requirement" type="search" placeholder="HIPAA 164.312(a)(2)(iv)"
        /></label>
        <label
          >Verdict<select id="filter-verdict">
            <option value="">all</option>
            ${VERDICTS.map((value) => html`<option>${value}</option>`)}
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
            Verdicts of stage ${identity.stage}, by rule
          </caption>
          <colgroup>
            <col style="width:8rem" />
            <col style="width:21rem" />
            <col style="width:17rem" />
            <col />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Verdict</th>
              <th scope="col">Resource</th>
              <th scope="col">Template, source; where and when an account was asked</th>
              <th scope="col">What was found</th>
            </tr>
          </thead>
          ${groupsOf(rows).map(([source, own]) => group(source, own, shown, bearing.get(source), known))}
        </table>
      </div>
    </details>
  </section>`;
}

interface IndexedRow {
  readonly row: VerdictRow;
  readonly index: number;
}

function groupsOf(rows: readonly VerdictRow[]): [string, IndexedRow[]][] {
  const indexed = rows.map((row, index): IndexedRow => ({ row, index }));
  return [...groupBy(indexed, ({ row }) => ruleSource(row))];
}

function group(
  source: string,
  rows: readonly IndexedRow[],
  shown: ReadonlySet<number>,
  bearing: RequirementLinks | undefined,
  known: ReadonlySet<string>,
): Markup {
  const first = rows[0]?.row;
  if (first === undefined) return html``;
  const counts = VERDICTS.flatMap((verdict) => {
    const count = rows.filter(({ row }) => row.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  const visible = rows.filter(({ index }) => shown.has(index));
  return html`<tbody data-engine="${first.engine}">
    <tr class="rule" id="${ruleAnchor(source)}">
      <th colspan="4" scope="rowgroup">
        ${first.engine} <code>${baseRule(first.rule)}</code> ${first.title}
        <span class="meta"
          >${counts.join(', ')}${visible.length < rows.length ? `; ${visible.length} shown` : ''}.${bearing && bearingLine(bearing, known)}</span
        >
      </th>
    </tr>
    ${visible.map(
      ({ row, index }) =>
        html`<tr id="${rowAnchor(index)}" data-verdict="${row.verdict}">
          <td class="${row.verdict}">
            ${row.verdict}${row.exception === undefined ? undefined : html` <a href="#${row.exception}">${row.exception}</a>`}
          </td>
          <td>${row.constructPath ?? row.resource}</td>
          <td>${templateLink(row)}${sourceLine(row)}${askedAt(row)}</td>
          <td>${findingOf(row)} ${row.message}</td>
        </tr> `,
    )}
  </tbody>`;
}

/** Of a row about an account: which, where and when it answered. */
const askedAt = ({ observed }: VerdictRow): Markup | undefined =>
  observed && html`<span class="meta">${observed.account} ${observed.region}, ${observed.at}</span>`;

function bearingLine({ narratives, claimed, named }: RequirementLinks, known: ReadonlySet<string>): Markup {
  const alone = [...named].filter((reference) => !claimed.has(reference));
  const links = (references: readonly string[]): Markup[] =>
    references.filter((reference) => known.has(reference)).map(requirementLink);
  return html`${narratives.size > 0 ? html` Evidence of ${[...narratives].map((id) => html`<a href="#${id}">${id}</a> `)}for ${links([...claimed])}.` : undefined}${links(alone).length > 0 ? html` Named by its author only: ${links(alone)}.` : undefined}`;
}

function requirementLink(reference: string): Markup {
  const { framework, id } = parseReference(reference) ?? { framework: '', id: reference };
  return html`<a href="#${referenceAnchor(reference)}">${framework} ${id}</a> `;
}
