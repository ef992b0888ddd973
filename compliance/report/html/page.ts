import type { Evidence } from '../evidence';
import { htmlDocument } from './document';
import { contractsSection } from './contracts-section';
import { frameworksSection } from './frameworks-section';
import { lead } from './lead';
import { html, type Markup } from './markup';
import { auditorSection, narrativesSection } from './narratives-section';
import { accessPicture } from './access-picture';
import { heatMap, networkPicture } from './pictures';
import { rowsSection } from './rows-section';
import { SCRIPT } from './script';
import {
  differenceSection,
  exceptionsSection,
  matricesSection,
  notAssessedSection,
  proofsSection,
} from './sections';
import { plural } from './table';

/**
 * The report: one file that needs neither a network nor a script, and prints.
 * @param files - the pack's other files, so that no link leads nowhere.
 */
export const page = (evidence: Evidence, files: ReadonlySet<string>): string =>
  htmlDocument(
    `${evidence.identity.title}, stage ${evidence.identity.stage}`,
    html`<a class="skip" href="#main">To the content</a>
      <header>
        <h1>${evidence.identity.title}</h1>
        <nav aria-label="Sections">
          <ul>
            ${SECTIONS.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}
            ${files.has('summary.html') ? html`<li><a href="summary.html">Two-page summary</a></li>` : undefined}
          </ul>
        </nav>
        ${lead(evidence)}
      </header>
      <main id="main">
        ${SECTIONS.map(([id, title, content]) =>
          id === 'rows'
            ? content(evidence)
            : html`<section id="${id}">
                <h2>${title}</h2>
                ${content(evidence)}
              </section>`,
        )}
      </main>
      ${footer(evidence, files)}`,
    { script: SCRIPT },
  );

const controlsSection = (evidence: Evidence): Markup =>
  html`<p>
      Each control is told in plain words, with the evidence that this run produced.
      <em>Property seen</em> means that a rule read a setting in a template; <em>behaviour proven</em> that
      the outcome was computed from everything that bears on it. A test counts only when it ran on exactly the
      sources that were evaluated.
    </p>
    ${heatMap(evidence)} ${narrativesSection(evidence)}`;

const proofs = (evidence: Evidence): Markup =>
  html`${networkPicture(evidence)} ${accessPicture(evidence)} ${proofsSection(evidence)}`;

const SECTIONS: readonly (readonly [string, string, (evidence: Evidence) => Markup])[] = [
  ['controls', 'What we claim, and what shows it', controlsSection],
  ['auditor', 'What the auditor still has to test', auditorSection],
  ['exceptions', 'Exceptions', exceptionsSection],
  ['frameworks', 'Frameworks', frameworksSection],
  ['matrices', 'Matrices', matricesSection],
  ['proofs', 'Proofs', proofs],
  ['contracts', 'What AWS needs, and where it is written', contractsSection],
  ['not-assessed', 'What was not assessed', notAssessedSection],
  ['difference', 'Since the last pack', differenceSection],
  ['rows', 'All rows', rowsSection],
];

/** Files for tools, in the order in which they are offered. */
const DOWNLOADS: readonly (readonly [string, string])[] = [
  ['findings.csv', 'every verdict'],
  ['controls.csv', 'every requirement'],
  ['findings.sarif', 'open and excepted findings for code scanning'],
  ['sbom.cdx.json', 'bill of materials'],
  ['oscal/catalog.json', 'OSCAL catalogue'],
  ['oscal/profile.json', 'profile'],
  ['oscal/component-definition.json', 'component definition'],
  ['oscal/system-security-plan.json', 'system security plan'],
  ['oscal/assessment-plan.json', 'assessment plan'],
  ['oscal/assessment-results.json', 'assessment results'],
  ['oscal/plan-of-action-and-milestones.json', 'plan of action and milestones'],
  [
    'oscal/fedramp-system-security-plan.json',
    'draft of a plan for FedRAMP, without what only a system owner can give',
  ],
];

const footer = ({ identity }: Evidence, files: ReadonlySet<string>): Markup =>
  html`<footer>
    <details class="sums">
      <summary>Templates and their sums</summary>
      <ul>
        ${identity.stacks.map(({ name, environment, template, sha256, resources }) => html`<li><a href="${template}">${name}</a> (${environment}, ${plural(resources, 'resource')}) <code>${sha256}</code></li>`)}
      </ul>
    </details>
    <p>
      Verify that nobody changed this pack: <code>npm run compliance -- verify DIRECTORY</code>. The sums of
      all files, and the key of the signature if there is one, stand in
      <a href="manifest.json">manifest.json</a>. For tools:
      ${DOWNLOADS.filter(([file]) => files.has(file)).map(([file, what]) => html`<a href="${file}">${file}</a> (${what}) `)}
    </p>
  </footer>`;
