import type { EvidenceResult } from '../../controls/evaluate-narratives';
import type { Framework } from '../../controls/requirement-id';
import { referenceOf } from '../../controls/requirement-id';
import type { RequirementResult } from '../../controls/requirements';
import { ruleSource } from '../../verdict-row';
import { requirementLinks } from '../requirement-links';
import type { Evidence } from '../evidence';
import { templatePage, testPlace } from '../places';
import { requirementAnchor, ruleAnchor } from './anchors';
import { rowAnchors } from './shown-rows';
import { htmlDocument } from './document';
import { html, type Markup } from './markup';
import { badge, list, plural, shownState, STATE_MEANINGS, table } from './table';
import { stateCounts } from './state-counts';

/** Rows of one requirement that are named one by one; the rest is a link away. */
const NAMED_ROWS = 12;

type AnchoredRow = readonly [row: Evidence['rows'][number], anchor: string];

/** What the pages of all frameworks look up, made once for a pack. */
export interface FrameworkPages {
  readonly evidence: Evidence;
  /** Rules and tests by the reference of each requirement that they bear on. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  readonly rows: ReadonlyMap<string, readonly AnchoredRow[]>;
}

export function frameworkPages(evidence: Evidence): FrameworkPages {
  const sources = new Map<string, string[]>();
  for (const [source, { claimed, named }] of requirementLinks(evidence))
    for (const reference of new Set([...claimed, ...named]))
      sources.set(reference, [...(sources.get(reference) ?? []), source]);
  const rows = new Map<string, AnchoredRow[]>();
  const anchors = rowAnchors(evidence.rows);
  evidence.rows.forEach((row, index) => {
    const anchor = anchors[index] ?? '';
    const source = ruleSource(row);
    const own = rows.get(source);
    if (own === undefined) rows.set(source, [[row, anchor]]);
    else own.push([row, anchor]);
  });
  return { evidence, sources, rows };
}

/**
 * One framework to be read and printed by itself: each requirement that something here bears on, with who holds it, the
 * claims, the evidence and its rows; then the requirements of which nothing here tells, with who must show them.
 */
export function frameworkPage(pages: FrameworkPages, framework: Framework): string {
  const { evidence } = pages;
  const { identity } = evidence;
  const catalogue = evidence.catalogues.find((one) => one.framework === framework);
  const own = evidence.requirements.filter((requirement) => requirement.framework === framework);
  // What is claimed stands with its claim, even when its evidence did not run: nobody else can show it.
  const isTold = ({ state, parts }: RequirementResult): boolean =>
    state !== 'not assessed' || parts.length > 0;
  const told = own.filter(isTold);
  const rest = own.filter((requirement) => !isTold(requirement));
  const title = `${catalogue?.title ?? framework}${catalogue === undefined ? '' : `, ${catalogue.edition}`}`;
  return htmlDocument(
    `${title}: ${identity.title}, stage ${identity.stage}`,
    html`<header>
        <h1>${title}</h1>
        <p class="meta">
          ${identity.title}, stage ${identity.stage}, ${identity.generated.slice(0, 10)}, commit
          <code>${identity.commit.id.slice(0, 12)}</code>. Part of <a href="../index.html">the report</a>,
          which says what was evaluated and what it leaves out. Verify that nobody changed this pack:
          <code>npm run compliance -- verify DIRECTORY</code>; make it again from the commit with
          <code>npm run compliance -- --stage ${identity.stage}</code>.
        </p>
      </header>
      <main class="framework">
        ${
          catalogue === undefined
            ? undefined
            : html`<p>
                ${catalogue.published.says} ${catalogue.texts} Source:
                <a href="${catalogue.source}">${catalogue.source}</a>.
              </p>`
        }
        <p>
          ${plural(own.length, 'requirement')}:
          ${stateCounts(own)
            .map(([state, count]) => `${count} ${state} (${STATE_MEANINGS[state]})`)
            .join('; ')}.
        </p>
        <h2>What this system shows</h2>
        ${told.length === 0 ? html`<p>Nothing.</p>` : told.map((requirement) => section(pages, requirement))}
        <h2>What this application does not claim, and who holds it</h2>
        ${table(
          'Requirements of which nothing here tells, and who holds them',
          ['Requirement', 'Title', 'Who holds it'],
          rest.map((requirement) => [
            html`<span id="${requirementAnchor(framework, requirement.id)}">${requirement.id}</span>`,
            requirement.title,
            heldBy(requirement),
          ]),
          [18, 42, 40],
        )}
      </main>`,
  );
}

const heldBy = ({ holders }: RequirementResult): string =>
  holders.length === 0
    ? 'nobody: it asks for nothing here'
    : holders.map(({ who, what }) => `${who}: ${what}`).join('; ');

function section(pages: FrameworkPages, requirement: RequirementResult): Markup {
  const { evidence, sources } = pages;
  const { framework, id, title, state, parts, exceptions } = requirement;
  const claiming = evidence.narratives.filter((one) => parts.some(({ narrative }) => narrative === one.id));
  const own = sources.get(referenceOf(requirement)) ?? [];
  const missing = parts.flatMap((one) => one.missing.map((source) => `${source} (${one.narrative})`));
  const open = openRows(pages, own);
  return html`<article class="control requirement" id="${requirementAnchor(framework, id)}">
    <div class="head">
      <h3>${id} · ${title}</h3>
      ${badge(shownState(state))}
    </div>
    <dl>
      <dt>Claimed</dt>
      <dd>
        ${
          parts.length === 0
            ? 'Nothing: a rule that names it found something open.'
            : list(
                parts.map(
                  ({ narrative, covers, part, state: shown }) =>
                    html`<a href="../index.html#${narrative}">${narrative}</a> (${covers}): ${part} —
                      ${shownState(shown)}`,
                ),
              )
        }
      </dd>
      <dt>Who holds it</dt>
      <dd>${heldBy(requirement)}</dd>
      <dt>Exceptions</dt>
      <dd>
        ${
          exceptions.length === 0
            ? 'none'
            : evidence.exceptions
                .filter((one) => exceptions.includes(one.id))
                .map(
                  (one) =>
                    html`<a href="../index.html#${one.id}">${one.id}</a> ${one.title}, until ${one.expires}. `,
                )
        }
      </dd>
      ${
        open.length === 0
          ? undefined
          : html`<dt>Open</dt>
              <dd>
                ${open.length} by
                ${[...new Set(open.map(([{ engine, rule }]) => `${engine} ${rule}`))].join(', ')}; listed at
                the end of this entry
              </dd>`
      }
      ${
        missing.length === 0
          ? undefined
          : html`<dt>Not produced</dt>
              <dd><strong>Cited, and not produced in this pack:</strong> ${missing.join(', ')}</dd>`
      }
      <dt>Auditor still tests</dt>
      <dd>${claiming.map(({ id: narrative, auditor }) => html`${narrative}: ${auditor} `)}</dd>
    </dl>
    ${evidenceTable(pages, requirement, own)} ${notableRows(pages, own)}
  </article>`;
}

function evidenceTable(
  pages: FrameworkPages,
  requirement: RequirementResult,
  sources: readonly string[],
): Markup {
  const { evidence, rows } = pages;
  const claiming = evidence.narratives.filter(({ id }) =>
    requirement.parts.some(({ narrative }) => narrative === id),
  );
  const watches = new Map(
    claiming
      .flatMap((one) => one.evidence)
      .filter(({ kind }) => kind === 'watch')
      .map((one) => [one.source, one]),
  );
  const bearing = bearingNarratives(claiming);
  const evaluated = sources.filter((source) => isEvaluated(pages, source));
  const cited = evaluated.filter((source) => bearing(source) !== undefined);
  const byAuthor = evaluated.filter((source) => bearing(source) === undefined);
  return html`${
    cited.length + watches.size === 0
      ? undefined
      : table(
          `Evidence for ${requirement.id}`,
          ['Rule, test or watch', 'What it says', 'Cited by', 'Compliant', 'Excepted', 'Open'],
          [
            ...cited.map((source) => {
              const own = rows.get(source);
              const by = bearing(source) ?? '';
              return own === undefined ? testCells(evidence, source, by) : ruleCells(source, own, by);
            }),
            ...[...watches.values()].map(watchCells),
          ],
          [29, 28, 12, 12, 11, 8],
        )
  }
  ${
    byAuthor.length === 0
      ? undefined
      : html`<p class="meta">
          Named by their authors only: alone they make no state but "not met", and add their exceptions:
          ${byAuthor.map((source) => html`<a href="../index.html#${ruleAnchor(source)}"><code>${source.replace(/^.*::?\s*/, '')}</code></a> `)}
        </p>`
  }`;
}

/** A rule that found nothing of its kind in the templates says nothing of a requirement. */
const isEvaluated = ({ rows }: FrameworkPages, source: string): boolean =>
  rows.get(source)?.some(([{ verdict }]) => verdict !== 'not-applicable') ?? true;

/** Narratives that cite a rule; a narrative may name the beginning of it, or its whole engine. */
const bearingNarratives =
  (claiming: Evidence['narratives']) =>
  (source: string): string | undefined => {
    const [engine = ''] = source.split(': ');
    const cited = claiming.filter((one) =>
      one.evidence.some(
        (piece) =>
          piece.source === source ||
          piece.source === `${engine}: ${engine}` ||
          source.startsWith(`${piece.source}_`),
      ),
    );
    return cited.length === 0 ? undefined : cited.map(({ id }) => id).join(', ');
  };

type Cells = readonly (string | number | Markup)[];

function ruleCells(source: string, rows: readonly AnchoredRow[], cited: string): Cells {
  const count = (...verdicts: string[]): number =>
    rows.filter(([{ verdict }]) => verdicts.includes(verdict)).length;
  return [
    html`<a href="../index.html#${ruleAnchor(source)}"><code>${source}</code></a>`,
    rows[0]?.[0].title ?? '',
    cited,
    count('compliant'),
    count('excepted'),
    count('non-compliant', 'error'),
  ];
}

function testCells({ tests }: Evidence, source: string, cited: string): Cells {
  const result = tests.find(({ file }) => file === source);
  return [
    html`<a href="../${testPlace(source)}"><code>${source}</code></a>`,
    'Automated tests, on these sources',
    cited,
    result?.passed ?? 0,
    '',
    result?.failed ?? 0,
  ];
}

const watchCells = ({ source, compliant }: EvidenceResult): Cells => [
  html`AWS Config: <code>${source}</code>`,
  compliant > 0 ? 'stands in the templates; evaluates after deployment' : 'not in these templates',
  '',
  '',
  '',
  '',
];

const rowsOf = ({ rows }: FrameworkPages, sources: readonly string[]): AnchoredRow[] =>
  sources.flatMap((source) => rows.get(source) ?? []);

/** What makes a requirement "not met", whoever named it: a control that claims it may have no finding itself. */
const openRows = (pages: FrameworkPages, sources: readonly string[]): AnchoredRow[] =>
  rowsOf(pages, sources).filter(([{ verdict }]) => verdict === 'non-compliant' || verdict === 'error');

/** Open rows first, then excepted ones, each with its line in the pack's template. */
function notableRows(pages: FrameworkPages, sources: readonly string[]): Markup {
  const all = rowsOf(pages, sources);
  const notable = [...openRows(pages, sources), ...all.filter(([{ verdict }]) => verdict === 'excepted')];
  if (notable.length === 0) return html``;
  const more = notable.length - NAMED_ROWS;
  return html`<p class="meta">Open and excepted, one by one:</p>
    ${list([
      ...notable.slice(0, NAMED_ROWS).map(
        ([row, anchor]) =>
          html`${row.verdict} ${row.exception ?? ''}
            <a href="../index.html#${anchor}">${row.constructPath ?? row.resource}</a>
            ${row.stack === undefined || row.template === undefined ? undefined : html`(<a href="../${templatePage(row.stack)}#L${row.template.line}">line ${row.template.line}</a>)`}:
            ${row.rule}`,
      ),
      ...(more > 0 ? [`and ${more} more, under the rules above`] : []),
    ])}`;
}
