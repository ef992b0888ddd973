import type { RequirementState } from '../../controls/requirements';
import { html, type Markup } from './markup';

export const className = (state: string): string => state.replaceAll(' ', '-');
export const badge = (state: string): Markup => html`<span class="badge ${className(state)}">${state}</span>`;
/** States that say "not assessed" mean this system only. */
export const shownState = (state: string): string => (state === 'not assessed' ? 'not assessed here' : state);
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** What must not be broken over two lines. */
export const whole = (text: string): Markup => html`<span class="whole">${text}</span>`;

export const list = (lines: readonly (string | Markup)[]): Markup =>
  html`<ul>
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`;

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

/** The states in words, for the legend. */
export const STATE_MEANINGS: Readonly<Record<RequirementState, string>> = {
  full: 'all that it asks of this system’s configuration is evidenced, by everything that is cited for it',
  partial: 'the named part is evidenced, or all of it but for evidence that was not produced',
  contributes: 'something here helps whoever must meet it',
  excepted: 'what is claimed is met where it was evaluated, but for exceptions that stand in the register',
  'not met': 'something that bears on it is open',
  'not assessed': 'nothing in this pack tells; whoever holds it must show it',
};
