import { groupBy } from '../../group-by';
import { FRAMEWORKS } from '../../controls/requirement-id';
import { REQUIREMENT_STATES } from '../../controls/requirements';
import { ruleSource } from '../../verdict-row';
import type { Evidence } from '../evidence';
import { frameworkPlace } from './anchors';
import { html, type Markup } from './markup';
import { stateCounts } from './state-counts';
import { className, plural, STATE_MEANINGS } from './table';

/** For each framework a bar of its requirements by state, with the numbers beside it. */
export function coverageBars({ requirements, catalogues }: Evidence): Markup {
  const bars = FRAMEWORKS.map((framework) => {
    const own = requirements.filter((requirement) => requirement.framework === framework);
    const counts = stateCounts(own);
    const title = catalogues.find((catalogue) => catalogue.framework === framework)?.title ?? framework;
    return html`<li>
      <a href="${frameworkPlace(framework)}">${title}</a> <span class="meta">${own.length} requirements</span>
      <span class="bar" aria-hidden="true"
        >${counts.map(([state, count]) => html`<span class="part ${className(state)}" style="flex:${count}"></span>`)}</span
      >
      <span class="meta">${counts.map(([state, count]) => `${count} ${state}`).join(', ')}</span>
    </li>`;
  });
  return html`<ul class="bars">
      ${bars}
    </ul>
    <ul class="legend">
      ${REQUIREMENT_STATES.map((state) => html`<li><span class="part ${className(state)}" aria-hidden="true"></span><strong>${state}</strong>: ${STATE_MEANINGS[state]}</li>`)}
    </ul>`;
}

/** Controls against stacks: how many resources of each stack the rules of a control evaluated, and whether all is well. */
export function heatMap({ narratives, identity, rows }: Evidence): Markup {
  const byRule = groupBy(
    rows.filter(({ verdict, stack }) => verdict !== 'not-applicable' && stack !== undefined),
    ruleSource,
  );
  const prefix = /^serverlessapp-/;
  const lines = narratives.map(({ id, evidence }) => {
    const own = evidence.flatMap(({ source }) => byRule.get(source) ?? []);
    return html`<tr>
      <th scope="row"><a href="#${id}">${id}</a></th>
      ${identity.stacks.map(({ name }) => {
        const here = own.filter(({ stack }) => stack === name);
        const count = new Set(here.map(({ resource }) => resource)).size;
        const state = here.some(({ verdict }) => verdict === 'non-compliant' || verdict === 'error')
          ? 'open'
          : here.some(({ verdict }) => verdict === 'excepted')
            ? 'excepted'
            : 'compliant';
        return count === 0
          ? html`<td></td>`
          : html`<td class="heat ${state}" title="${id}, ${name}: ${plural(count, 'resource')}, ${state}">
              ${count}${state === 'excepted' ? '*' : state === 'open' ? '!' : ''}
            </td>`;
      })}
    </tr>`;
  });
  if (narratives.length === 0) return html``;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Controls against stacks">
    <table class="heatmap">
      <caption>
        Resources, and templates as a whole, that the rules of each control evaluated, by stack; * with an
        exception, ! with an open finding
      </caption>
      <thead>
        <tr>
          <th scope="col">Control</th>
          ${identity.stacks.map(({ name }) => html`<th scope="col"><span>${name.replace(prefix, '')}</span></th>`)}
        </tr>
      </thead>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </div>`;
}

const DAY = 86_400_000;

/** Each exception from its approval to its end, with today. */
export function exceptionTimeLine({ exceptions, identity }: Evidence): Markup {
  if (exceptions.length === 0) return html``;
  const at = (date: string): number => Date.parse(date) / DAY;
  const today = at(identity.generated);
  const from = Math.min(
    today,
    ...exceptions.map(({ approved }) => (approved === undefined ? today : at(approved))),
  );
  const to = Math.max(today, ...exceptions.map(({ expires }) => at(expires)));
  const place = (day: number): number => Math.round(((day - from) / Math.max(1, to - from)) * 1000) / 10;
  const day = (days: number): string => new Date(days * DAY).toISOString().slice(0, 10);
  return html`<p class="meta">From ${day(from)} to ${day(to)}; the upright line is the day of this pack.</p>
    <ul class="timeline" aria-label="Exceptions on a time line">
      ${[...exceptions]
        .sort((a, b) => (a.expires < b.expires ? -1 : 1))
        .map(({ id, title, approved, expires, daysLeft }) => {
          const begin = approved === undefined ? today : at(approved);
          return html`<li>
            <a href="#${id}">${id}</a> <span>${title}</span>
            <span class="track" aria-hidden="true"
              ><span
                class="span"
                style="left:${place(begin)}%;width:${Math.max(1, place(at(expires)) - place(begin))}%"
              ></span
              ><span class="now" style="left:${place(today)}%"></span
            ></span>
            <span class="meta"
              >${approved === undefined ? 'not approved yet' : `approved ${approved}`}, ends ${expires}
              (${plural(daysLeft, 'day')} left)</span
            >
          </li>`;
        })}
    </ul>`;
}

/** What each function reaches, as the network proof found it: functions against services. */
export function networkPicture({ proven }: Evidence): Markup {
  const pictures = proven
    .filter(({ title }) => title.endsWith(': Network'))
    .flatMap(({ title, lines }) => {
      const edges = lines.flatMap((line): [string, string][] => {
        const [, name, destination] = /^functions › (.+?): .*"destination":"([^"]+)"/.exec(line) ?? [];
        return name === undefined || destination === undefined ? [] : [[name, destination]];
      });
      return edges.length === 0 ? [] : [drawEdges(title.replace(': Network', ''), edges)];
    });
  return html`${pictures}`;
}

function drawEdges(title: string, edges: readonly (readonly [string, string])[]): Markup {
  const functions = [...new Set(edges.map(([name]) => name))].sort();
  const services = [...new Set(edges.map(([, service]) => service))].sort();
  const height = Math.max(functions.length, services.length) * 26 + 20;
  const y = (index: number, of: number): number => Math.round(((index + 0.5) / of) * (height - 20) + 14);
  return html`<figure>
    <figcaption>${title}: what each function reaches, and nothing else</figcaption>
    <div class="scroll" tabindex="0" role="region" aria-label="${title}: drawing">
      <svg
        viewBox="0 0 620 ${height}"
        role="img"
        aria-label="${title}: ${edges.map(([name, service]) => `${name} reaches ${service}`).join('; ')}"
      >
        ${edges.map(([name, service]) => html`<line x1="180" y1="${y(functions.indexOf(name), functions.length) - 4}" x2="440" y2="${y(services.indexOf(service), services.length) - 4}" />`)}
        ${functions.map((name, index) => html`<text x="172" y="${y(index, functions.length)}" text-anchor="end">${name}</text>`)}
        ${services.map((name, index) => html`<text x="448" y="${y(index, services.length)}">${name}</text>`)}
      </svg>
    </div>
  </figure>`;
}
