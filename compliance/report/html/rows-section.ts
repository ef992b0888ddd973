import type { VerdictRow } from '../../verdict-row';
import type { Evidence } from '../evidence';
import { sourceLine, templateLine, templatePage } from '../places';
import { html, type Markup } from './markup';
import { plural } from './table';

/** The template's line in the pack; the source's line is in the repository, which the pack does not hold. */
const templateLink = (row: VerdictRow): Markup | undefined =>
  row.stack === undefined || row.template === undefined
    ? undefined
    : html`<a href="${templatePage(row.stack)}#L${row.template.line}"
        >${templateLine(row).replace('templates/', '')}</a
      > `;

export function rowsSection({ rows, identity }: Evidence): Markup {
  const engines = [...new Set(rows.map(({ engine }) => engine))];
  const verdicts = ['non-compliant', 'error', 'excepted', 'compliant', 'not-applicable'];
  return html`<section id="rows">
    <h2>All rows</h2>
    <p>
      ${plural(rows.length, 'verdict')}: every rule that looked at something, and what it saw. Templates are
      in this pack; sources are named as they stand in the repository at the commit above.
      <a href="findings.csv">findings.csv</a> holds the same rows, with the requirements that each names.
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
                  <td>${templateLink(row)}${sourceLine(row)}</td>
                  <td>${row.message}</td>
                </tr> `,
            )}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}
