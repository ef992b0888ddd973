import type { Evidence } from '../evidence';
import { issuesOf } from '../issues';
import { ruleAnchor } from './anchors';
import { html, type Markup } from './markup';
import { plural, table } from './table';

/** More would push coverage off the page; the rest stands among the rows, what is open first. */
const MOST_ISSUES = 50;

/** What several engines say of one property of one resource is one thing to fix; nothing where nothing is open. */
export function openIssues({ rows }: Evidence): Markup | undefined {
  const issues = issuesOf(rows);
  if (issues.length === 0) return undefined;
  const open = rows.filter(({ verdict }) => verdict === 'non-compliant').length;
  return html`<section id="open" aria-label="What is to be fixed">
    <div class="panel">
      <h2 class="plain">What is to be fixed</h2>
      <p>
        ${plural(open, 'open verdict')} on ${plural(issues.length, 'thing')}: what several engines say of one
        property of one resource is named once.
        ${issues.length > MOST_ISSUES ? html`The first ${MOST_ISSUES} are shown; all of them stand in <a href="findings.csv">findings.csv</a>, column <code>group</code>.` : undefined}
      </p>
      ${table(
        'Each property of a resource that is not as it must be, with every rule that found it',
        ['Resource', 'About', 'Found by', 'What was found'],
        issues
          .slice(0, MOST_ISSUES)
          .map(({ stack, resource, topic, rules, messages }) => [
            stack === undefined ? resource : `${stack} ${resource}`,
            topic,
            html`${rules.map((rule) => html`<a href="#${ruleAnchor(rule)}">${rule}</a> `)}`,
            messages.join(' '),
          ]),
        [24, 16, 24, 36],
      )}
    </div>
  </section>`;
}
