import type { Evidence } from '../evidence';
import { html, Markup } from './markup';
import { SCRIPT } from './script';
import {
  badge,
  exceptionsSection,
  frameworksSection,
  matricesSection,
  narrativesSection,
  plural,
  rowsSection,
  standingExceptions,
  table,
  unassessedBy,
} from './sections';
import { STYLE } from './style';

/** The report: one file that needs neither a network nor a script, and prints. */
export const page = (evidence: Evidence): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
        />
        <link rel="icon" href="data:," />
        <title>${evidence.identity.title}, stage ${evidence.identity.stage}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header>
          <h1>${evidence.identity.title}</h1>
          <nav aria-label="Sections">
            <ul>
              ${SECTIONS.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}
            </ul>
          </nav>
          ${lead(evidence)}
        </header>
        <main id="main">
          <section id="exceptions">
            <h2>Exceptions</h2>
            ${exceptionsSection(evidence)}
          </section>
          <section id="controls">
            <h2>What we claim, and what shows it</h2>
            <p>
              Each control is told in plain words, with the evidence that this run produced.
              <em>Property seen</em> means that a rule read a setting in a template;
              <em>behaviour proven</em> that the outcome was computed from everything that bears on it.
            </p>
            ${narrativesSection(evidence)}
          </section>
          <section id="frameworks">
            <h2>Frameworks</h2>
            ${frameworksSection(evidence)}
          </section>
          <section id="matrices">
            <h2>Matrices</h2>
            ${matricesSection(evidence)}
          </section>
          ${proofsSection(evidence)}
          <section id="not-assessed">
            <h2>What was not assessed</h2>
            ${notAssessedSection(evidence)}
          </section>
          <section id="difference">
            <h2>Since the last pack</h2>
            ${differenceSection(evidence)}
          </section>
          ${rowsSection(evidence)}
        </main>
        <footer>
          <p>
            Verify that nobody changed this pack: <code>npm run compliance -- verify DIRECTORY</code>. The
            sums of all files, and the signature if there is one, stand in
            <a href="manifest.json">manifest.json</a>. For tools: <a href="findings.csv">findings.csv</a>,
            <a href="controls.csv">controls.csv</a>, <a href="findings.sarif">findings.sarif</a>,
            <a href="oscal/assessment-results.json">OSCAL assessment results</a>,
            <a href="oscal/plan-of-action-and-milestones.json">plan of action and milestones</a>,
            <a href="oscal/component-definition.json">component definition</a>.
          </p>
        </footer>
        <script>
          ${new Markup(SCRIPT)};
        </script>
      </body>
    </html> `.text;

const SECTIONS: readonly (readonly [string, string])[] = [
  ['exceptions', 'Exceptions'],
  ['controls', 'Controls'],
  ['frameworks', 'Frameworks'],
  ['matrices', 'Matrices'],
  ['not-assessed', 'Not assessed'],
  ['difference', 'Since the last pack'],
  ['rows', 'All rows'],
];

/** The first screen: what was judged, when, by what, what is claimed, what is excepted until when, what is not assessed. */
function lead(evidence: Evidence): Markup {
  const { identity, counts, exceptions, requirements } = evidence;
  const nextEnd = exceptions.map(({ expires }) => expires).sort()[0];
  const unassessed = [...unassessedBy(requirements)].map(([who, own]) => `${who} ${own.length}`);
  return html`<div class="lead">
      <div>
        <div class="panel">
          <p>${badge(evidence.result)} ${SENTENCES[evidence.result]}</p>
          ${claims(evidence)}
          <p>
            <strong>Excepted:</strong> ${plural(exceptions.length, 'decision')}, each with owner, independent
            approver and end${nextEnd === undefined ? '' : `; the first ends on ${nextEnd}`}. They cover
            ${plural(counts.excepted, 'finding')}.
          </p>
          ${standingExceptions(evidence)}
          <p>
            <strong>Open:</strong>
            ${plural(counts['non-compliant'], 'finding')}${counts.error > 0 ? `, ${plural(counts.error, 'check')} that could not judge` : ''}.
          </p>
          <p>
            <strong>Not assessed here:</strong>
            ${plural(requirements.filter(({ state }) => state === 'not assessed').length, 'requirement')} of
            ${requirements.length} that others must show (${unassessed.join(', ')});
            <a href="#not-assessed">${plural(evidence.notAssessed.length, 'check')}</a> that could not run;
            ${plural(evidence.uncovered.length, 'resource')} that no rule looked at.
          </p>
        </div>
      </div>
      <div>
        <div class="panel">
          <dl>
            <dt>Scope</dt>
            <dd>${SCOPES[identity.subject]}</dd>
            <dt>Stage</dt>
            <dd>${identity.stage}</dd>
            <dt>Accounts</dt>
            <dd>${identity.accounts.join(', ')}</dd>
            <dt>Judged at</dt>
            <dd>${identity.generated.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</dd>
            <dt>Commit</dt>
            <dd>
              <code>${identity.commit.id}</code>${identity.commit.modified ? ' with local changes' : ''}
            </dd>
            <dt>Tools</dt>
            <dd>${identity.tools.map(({ engine, version }) => `${engine} ${version}`).join(', ')}</dd>
            <dt>Signature</dt>
            <dd>see manifest.json; UNSIGNED unless the pipeline signed it</dd>
          </dl>
        </div>
      </div>
    </div>
    ${applicationsTable(evidence)}
    <details class="sums">
      <summary>Templates and their sums</summary>
      <ul>
        ${identity.stacks.map(({ name, environment, template, sha256, resources: count }) => html`<li><a href="${template}">${name}</a> (${environment}, ${plural(count, 'resource')}) <code>${sha256}</code></li>`)}
      </ul>
    </details>`;
}

/** What was judged: each part with its account and region, and what was found in it. */
const applicationsTable = ({ applications }: Evidence): Markup =>
  table(
    'What was judged, by what is deployed as a whole',
    ['Application', 'What it is', 'Account and region', 'Stacks', 'Resources', 'Passed', 'Excepted', 'Open'],
    applications.map(({ id, title, environments, stacks, resources, counts }) => [
      id,
      title,
      environments.map((environment) => environment.replace('aws://', '').replace('/', ', ')).join('; '),
      stacks,
      resources,
      counts.compliant,
      counts.excepted,
      counts['non-compliant'] + counts.error,
    ]),
  );

function claims({ identity, counts, narratives }: Evidence): Markup {
  const resources = identity.stacks.reduce((sum, stack) => sum + stack.resources, 0);
  const basis = html`${counts.compliant} passed checks over ${plural(resources, 'resource')} in
  ${plural(identity.stacks.length, 'stack')}`;
  if (narratives.length === 0) {
    return html`<p>
      <strong>Claimed:</strong> nothing. The claims of this report are about another application; there were
      ${basis}.
    </p>`;
  }
  const count = (state: string): number => narratives.filter((narrative) => narrative.state === state).length;
  const [supported, excepted] = [count('supported'), count('excepted')];
  const others = narratives.length - supported - excepted;
  return html`<p>
    <strong>Claimed:</strong> ${plural(narratives.length, 'control')} in plain words, ${supported} supported
    by evidence throughout, ${excepted} with
    exceptions${others > 0 ? `, ${others} open or not assessed` : ''}. They rest on ${basis}.
  </p>`;
}

const SCOPES: Readonly<Record<Evidence['identity']['subject'], string>> = {
  application: 'This application, synthesized from its sources',
  templates: 'This application, synthesized elsewhere',
  'foreign templates': 'Templates of another application, synthesized elsewhere',
};

const SENTENCES: Readonly<Record<Evidence['result'], string>> = {
  clean: 'Every rule of every engine is met, or stands in the register as an exception.',
  findings: 'There are findings that are neither mended nor excepted.',
  'could not judge': 'The gate could not judge everything that it must; see "What was not assessed".',
};

const PROOF_TITLES: Readonly<Record<string, string>> = {
  'proof-network': 'what each function can reach',
  'proof-iam': 'what each function may do',
  'proof-release': 'that a release can end',
};

const proofsSection = ({ proofs }: Evidence): Markup =>
  html`${proofs.map(
    ({ engine, paragraphs }) =>
      html`<section>
        <h2>Proof, in words: ${PROOF_TITLES[engine] ?? engine}</h2>
        ${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
      </section>`,
  )}`;

const list = (lines: readonly (string | Markup)[]): Markup =>
  html`<ul>
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`;

const notAssessedSection = ({ failures, notAssessed, uncovered, notAdopted }: Evidence): Markup =>
  html`${
      failures.length > 0
        ? html`<h3>The gate could not judge</h3>
            ${list(failures)}`
        : undefined
    }
    <h3>Checks that could not run</h3>
    ${notAssessed.length > 0 ? list(notAssessed) : html`<p>None.</p>`}
    <h3>Resources that no rule looked at</h3>
    ${
      uncovered.length === 0
        ? html`<p>None.</p>`
        : table(
            'Resources without any verdict',
            ['Resource', 'Type', 'Stack'],
            uncovered.map(({ resource, type, stack }) => [resource, type, stack]),
            [40, 30, 30],
          )
    }
    <h3>Rules of the public packs that are not followed</h3>
    ${list(notAdopted.map(({ engine, rule, reason }) => html`<code>${engine} ${rule}</code>: ${reason}`))}
    <p>
      Requirements that belong to the organisation, to AWS or to a process are listed under
      <a href="#frameworks">Frameworks</a>.
    </p>`;

const differenceSection = ({ difference }: Evidence): Markup =>
  difference === undefined
    ? html`<p>There was no earlier pack to compare with.</p>`
    : html`<p>
          Compared with the pack of ${difference.before.generated}, stage ${difference.before.stage}, commit
          <code>${difference.before.commit}</code>, which was ${difference.before.result}.
        </p>
        ${
          difference.groups.length === 0
            ? html`<p>Nothing changed.</p>`
            : difference.groups.map(
                ({ title, lines }) =>
                  html`<h3>${title}</h3>
                    ${list(lines)}`,
              )
        }`;
