import { groupBy } from '../../group-by';
import type { VerdictRow } from '../../verdict-row';
import { htmlDocument } from './document';
import { html, type Markup } from './markup';
import { rowAnchors } from './shown-rows';
import { plural } from './table';

/** A verdict that a template's line is about, with its place in the report. */
export interface LineVerdict {
  readonly anchor: string;
  readonly line: number;
  readonly row: VerdictRow;
}

/** The verdicts on each stack's lines. */
export function verdictsByStack(rows: readonly VerdictRow[]): ReadonlyMap<string, readonly LineVerdict[]> {
  const stacks = new Map<string, LineVerdict[]>();
  const anchors = rowAnchors(rows);
  rows.forEach((row, index) => {
    if (row.stack === undefined || row.template === undefined) return;
    const verdict = { anchor: anchors[index] ?? '', line: row.template.line, row };
    const own = stacks.get(row.stack);
    if (own === undefined) stacks.set(row.stack, [verdict]);
    else own.push(verdict);
  });
  return stacks;
}

/** A template with an anchor for each line, so that a verdict can point at its line, and each line back at its verdicts. */
export function templateAsPage(
  stack: string,
  template: string,
  verdicts: readonly LineVerdict[] = [],
): string {
  const byLine = groupBy(verdicts, ({ line }) => line);
  return htmlDocument(
    `${stack}: template, line by line`,
    html`<main>
      <h1>${stack}</h1>
      <p>
        The template as it was evaluated, with its lines and the verdicts on them; the file itself is
        <a href="${stack}.template.json">${stack}.template.json</a>.
        <a href="../index.html">Back to the report</a>
      </p>
      <ol>
        ${template
          .replace(/\n$/, '')
          .split('\n')
          .map(
            (line, index) => html`<li id="L${index + 1}">${line}${verdictsOf(byLine.get(index + 1))}</li>`,
          )}
      </ol>
    </main>`,
    { style: STYLE },
  );
}

const verdictsOf = (verdicts: readonly LineVerdict[] | undefined): Markup | undefined =>
  verdicts &&
  html`<details>
    <summary>${plural(verdicts.length, 'verdict')}</summary>
    <ul>
      ${verdicts.map(
        ({ anchor, row }) =>
          html`<li><a href="../index.html#${anchor}">${row.verdict}</a> ${row.engine} ${row.rule}</li>`,
      )}
    </ul>
  </details>`;

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 1rem; color: #1c2733; }
ol { font: 13px/1.5 ui-monospace, Consolas, monospace; padding-left: 4.5rem; }
ol > li { white-space: pre-wrap; overflow-wrap: anywhere; } li::marker { color: #55626f; } li:target { background: #fff3c4; }
details { display: inline-block; vertical-align: top; white-space: normal; margin-left: 2rem; font: 13px/1.5 system-ui, sans-serif; } summary { cursor: pointer; color: #1d5a8a; } ul { margin: 0; padding-left: 1.2rem; }
`;
