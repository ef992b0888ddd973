import type { Evidence } from '../evidence';
import { htmlDocument } from './document';
import { leftOut, verdict } from './lead';
import { html, type Markup } from './markup';
import { coverageBars } from './pictures';
import { badge, shownState, table } from './table';
import { shortened } from '../../../lambda/domain/cut-text';

/** Two printed pages for management: the result, what it leaves out, coverage, and each control in one line. */
export const summary = (evidence: Evidence): string => {
  const { identity, narratives, exceptions } = evidence;
  return htmlDocument(
    `${identity.title}: summary, stage ${identity.stage}`,
    inReport(
      html`<div class="summary">
        <header>
          <h1>${identity.title}: summary</h1>
          <p class="meta">
            Stage ${identity.stage}, ${identity.generated.slice(0, 10)}, commit
            <code>${identity.commit.id.slice(0, 12)}</code>. The whole report:
            <a href="index.html">index.html</a>.
          </p>
        </header>
        <main>
          ${verdict(evidence)} ${leftOut(inBrief(evidence))}
          <h2>Coverage</h2>
          ${coverageBars(evidence)}
          <h2>Controls</h2>
          ${table(
            'What is claimed, and its state in this run',
            ['Control', 'What it says', 'State'],
            narratives.map(({ id, title, state }) => [
              html`<a href="index.html#${id}">${id}</a>`,
              title,
              badge(shownState(state)),
            ]),
            [12, 66, 22],
          )}
          <h2>Exceptions</h2>
          ${table(
            'Decisions that stand, by the day on which they end',
            ['Exception', 'Decision', 'Risk', 'Approved by', 'Ends'],
            [...exceptions]
              .sort((a, b) => (a.expires < b.expires ? -1 : 1))
              .map(({ id, title, risk, approverTeam, expires }) => [
                html`<a href="index.html#${id}">${id}</a>`,
                title,
                risk.level,
                approverTeam,
                expires,
              ]),
            [12, 48, 10, 18, 12],
          )}
        </main>
      </div>`,
    ),
  );
};

/** Reasons that a page of management's has room for. */
const REASONS = 2;
const firstOf = (texts: readonly string[]): string[] => [
  ...texts.slice(0, REASONS).map((text) => shortened(text, 110)),
  ...(texts.length > REASONS ? [`and ${texts.length - REASONS} more, which the report names.`] : []),
];
const inBrief = (evidence: Evidence): Evidence => ({
  ...evidence,
  failures: firstOf(evidence.failures),
  notAssessed: firstOf(evidence.notAssessed),
});

/** Links to sections lead into the report, which the summary is a part of. */
const inReport = (markup: Markup): Markup =>
  Object.assign(markup, { text: markup.text.replaceAll('href="#', 'href="index.html#') });
