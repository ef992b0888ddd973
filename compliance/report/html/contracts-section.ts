import type { Evidence } from '../evidence';
import { html, type Markup } from './markup';
import { list, plural, table } from './table';

/** What the verdicts believe of AWS, who says so and how good that is, and what only a deployment can show. */
export function contractsSection({ cited }: Evidence): Markup {
  if (cited.length === 0) return html`<p>The engine <code>service-contracts</code> did not run.</p>`;
  const measured = cited.filter(({ measured: seen = [] }) => seen.length > 0);
  const toMeasure = cited.filter((each) => each.measure !== undefined && !measured.includes(each));
  const inferred = toMeasure.filter(({ sources }) => sources.some(({ grade }) => grade === 'inferred'));
  return html`<p>
      At ${plural(cited.length, 'kind')} of edge between resources AWS asks somebody for something. What it
      asks is read from the pages below, never from memory;
      ${measured.length === 0 ? 'nothing' : plural(measured.length, 'kind')} of it was measured in an account.
      ${plural(toMeasure.length, 'kind')} must be measured by the first deployment, because no page says
      everything about them; of ${inferred.length} a part is inferred.
    </p>
    <h3>What the first deployment must measure</h3>
    ${list(toMeasure.map(({ id, measure = '' }) => html`<a href="#contract-${id}">${id}</a>: ${measure}`))}
    ${
      measured.length === 0
        ? undefined
        : html`<h3>What was measured</h3>
            ${list(
              measured.flatMap(({ id, measured: seen = [] }) =>
                seen.map((text) => html`<a href="#contract-${id}">${id}</a>: ${text}`),
              ),
            )}`
    }
    <details>
      <summary>${plural(cited.length, 'contract')}, with their pages</summary>
      ${table(
        'What AWS needs at each kind of edge, and where that is written',
        ['Edge', 'What AWS needs', 'Where it is written'],
        cited.map(({ id, title, needs, open, sources }) => [
          html`<span id="contract-${id}">${title}</span>`,
          list([...needs, ...open.map((text) => `Not told apart from another account’s request: ${text}`)]),
          list(
            sources.map(
              ({ page, grade, read, says }) => html`<a href="${page}">${grade}</a>, read ${read}: ${says}`,
            ),
          ),
        ]),
        [18, 44, 38],
      )}
    </details>`;
}
