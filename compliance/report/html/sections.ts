import { ruleSource } from '../../verdict-row';
import type { Evidence } from '../evidence';
import type { MatrixRow } from '../matrices';
import { responsibilityMatrix } from './frameworks-section';
import { testPlace } from '../places';
import { printable } from '../printable';
import { html, type Markup } from './markup';
import { rowsLink } from './narratives-section';
import { exceptionTimeLine } from './pictures';
import { list, plural, table, whole } from './table';

const matrix = (caption: string, rows: readonly MatrixRow[], widths: readonly number[]): Markup => {
  const [first] = rows;
  return first === undefined
    ? html`<p class="meta">${caption}: nothing of the kind in these templates.</p>`
    : table(
        caption,
        Object.keys(first),
        rows.map((row) => Object.values(row)),
        widths,
      );
};

export function exceptionsSection(evidence: Evidence): Markup {
  const { exceptions } = evidence;
  if (exceptions.length === 0) return html`<p>No exception stands.</p>`;
  const rules = [...new Map(evidence.rows.map((row) => [ruleSource(row), row]))];
  return html`${exceptionTimeLine(evidence)}
  ${table(
    'Every exception that stands in this stage; each is one decision in policies/exceptions.yaml',
    ['Exception', 'Decision and reason', 'Risk', 'What compensates', 'Owner, approver', 'Age and end'],
    exceptions.map((entry) => [
      html`<span id="${entry.id}">${entry.id}</span>`,
      html`<strong>${entry.title}.</strong> ${entry.reason}
        <span class="meta">${plural(entry.findings, 'finding')}; ${whole(entry.ticket)}</span>`,
      html`<strong class="whole">${entry.risk.level}.</strong> ${entry.risk.description}`,
      html`${entry.compensatingControl.description}
        <span class="meta"
          >Shown by
          ${entry.compensatingControl.shownBy.map((one, index) => html`${index > 0 ? ', ' : ''}${shownBy(one, evidence, rules)}`)}.</span
        >`,
      html`${entry.owner} (${entry.ownerTeam});
      ${entry.approved === undefined ? 'not approved yet: to be decided' : 'approved'} by ${entry.approver}
      (${entry.approverTeam})${entry.approved === undefined ? '' : html` on ${whole(entry.approved)}`}${recordOf(entry)}`,
      html`${plural(Math.max(0, entry.ageDays), 'day')} old; until
        <strong class="whole">${entry.expires}</strong> (${plural(entry.daysLeft, 'day')} left)`,
    ]),
    [12, 26, 15, 17, 16, 14],
  )}`;
}

/** Where whoever doubts a decision finds it. */
function recordOf({ record }: Evidence['exceptions'][number]): Markup | undefined {
  if (record === undefined) return undefined;
  const { commit, review, signature } = record;
  return html` <span class="meta"
    >Commit <code>${commit.slice(0, 12)}</code>${review === undefined ? '' : `, review #${review}`},
    signature: ${signature}</span
  >`;
}

/** What shows that a compensating control works, as far as it ran in this pack. */
function shownBy(
  piece: Evidence['exceptions'][number]['compensatingControl']['shownBy'][number],
  { tests }: Evidence,
  rules: Parameters<typeof rowsLink>[1],
): Markup {
  if ('engine' in piece) return rowsLink(`${piece.engine}: ${piece.rule}`, rules);
  const result = tests.find(({ file }) => file === piece.test);
  return result === undefined
    ? html`<code>${piece.test}</code> (<strong>did not run in this pack</strong>)`
    : html`<a href="${testPlace(piece.test)}"><code>${piece.test}</code></a> (${result.passed}
        passed${result.failed > 0 ? html`, <strong>${result.failed} failed</strong>` : ''})`;
}

export const matricesSection = (evidence: Evidence): Markup =>
  html` <h3>Encryption: what holds data, and under which key</h3>
    ${matrix('Stores and keys', evidence.matrices.encryption, [42, 20, 16, 22])}
    <h3>Access: who may take on which role</h3>
    ${matrix('Roles', evidence.matrices.access, [28, 25, 18, 29])}
    <h3>Data life: how long what is kept</h3>
    ${matrix('Retention', evidence.matrices.retention, [70, 30])}
    <h3 id="responsibility">Shared responsibility: who holds what</h3>
    ${responsibilityMatrix(evidence)}`;

const PROOF_TITLES: Readonly<Record<string, string>> = {
  'proof-network': 'what each function can reach',
  'proof-iam': 'what each function may do',
  'proof-exposure': 'what is open to whom',
  'proof-release': 'that a release can end',
  'proof-deployer': 'what CloudFormation may do',
  'proof-attack': 'what an attacker reaches from where',
  'service-contracts': 'that AWS’s services may do what they need',
  'proof-signals': 'that alarms and alerts can go off',
};

export const proofsSection = ({ proofs }: Evidence): Markup =>
  html`${proofs.map(
    ({ engine, paragraphs }) =>
      html`<section>
        <h2>Proof, in words: ${PROOF_TITLES[engine] ?? engine}</h2>
        ${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
      </section>`,
  )}`;

export const notAssessedSection = ({
  failures,
  notAssessed,
  uncovered,
  asAllOnly,
  notAdopted,
}: Evidence): Markup =>
  html`${
      failures.length > 0
        ? html`<h3>The gate could not evaluate</h3>
            ${list(failures)}`
        : undefined
    }
    <h3>Checks that did not run, and what was not looked at</h3>
    ${notAssessed.length > 0 ? list(notAssessed) : html`<p>None.</p>`}
    ${resourceTable('Resources without any verdict', uncovered)}
    ${resourceTable('Resources evaluated only by rules that ask every resource the same', asAllOnly)}
    <h3>Rules of the public packs that are not followed</h3>
    ${list(notAdopted.map(({ engine, rule, reason }) => html`<code>${engine} ${rule}</code>: ${reason}`))}
    <p>
      Requirements that belong to the organisation, to AWS or to a process are listed under
      <a href="#frameworks">Frameworks</a>.
    </p>`;

const resourceTable = (caption: string, resources: Evidence['uncovered']): Markup =>
  resources.length === 0
    ? html`<p>${caption}: none.</p>`
    : html`<details>
        <summary>${caption}: ${resources.length}</summary>
        ${table(
          caption,
          ['Resource', 'Type', 'Stack'],
          resources.map(({ resource, type, stack }) => [resource, type, stack]),
          [40, 30, 30],
        )}
      </details>`;

export const differenceSection = ({ difference }: Evidence): Markup =>
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
                    ${list(lines.map(printable))}`,
              )
        }`;
