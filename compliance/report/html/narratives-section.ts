import { isOf, type NarrativeResult, type Population } from '../../controls/evaluate-narratives';
import { FRAMEWORKS, referenceOf } from '../../controls/requirement-id';
import { type EngineName, ruleSource, type VerdictRow } from '../../verdict-row';
import type { Evidence } from '../evidence';
import { testPlace } from '../places';
import { isProof, proofPlace } from '../proof-results';
import { requirementAnchor, ruleAnchor } from './anchors';
import { html, type Markup } from './markup';
import { badge, className, plural, shownState } from './table';

export const narrativesSection = ({ narratives, requirements, rows }: Evidence): Markup => {
  const states = new Map(requirements.map((requirement) => [referenceOf(requirement), requirement.state]));
  const rules = [...new Map(rows.map((row) => [ruleSource(row), row]))];
  return html`${narratives.map((narrative) => article(narrative, states, rules))}`;
};

/** Every rule that has rows, with one of them. */
type Rules = readonly (readonly [string, VerdictRow])[];

/** A link to the rows of a rule, or to the first of those that a narrative's piece of evidence stands for. */
export function rowsLink(source: string, rules: Rules): Markup {
  const [engine = '', rule = ''] = source.split(/: (.*)/s);
  const own = rules.filter(([, row]) => isOf(row, engine, rule)).map(([name]) => name);
  const [first] = own;
  return first === undefined
    ? html`<code>${rule}</code>`
    : html`<a href="#${ruleAnchor(first)}"><code>${rule}</code></a
        >${own.length > 1 ? ` and ${own.length - 1} more` : ''}`;
}

function article(control: NarrativeResult, states: ReadonlyMap<string, string>, rules: Rules): Markup {
  const { id, population } = control;
  return html`<article class="control ${className(control.state)}" id="${id}" aria-labelledby="${id}-title">
    <div class="head">
      <h3 id="${id}-title">${id} · ${control.title}</h3>
      ${badge(shownState(control.state))}
    </div>
    <p>${control.claim}</p>
    <dl>
      <dt>Scope</dt>
      <dd>${control.scope}</dd>
      <dt>Population</dt>
      <dd>${describePopulation(population)}</dd>
      <dt>Left out</dt>
      <dd>${control.leftOut}</dd>
      <dt>Method</dt>
      <dd>${control.method}</dd>
      <dt>Evidence and result</dt>
      <dd>
        <ul>
          ${control.evidence.map((evidence) => html`<li>${evidenceLine(evidence, rules)}</li>`)}
        </ul>
      </dd>
      <dt>Exceptions</dt>
      <dd>
        ${control.exceptions.length > 0 ? control.exceptions.map((one) => html`<a href="#${one}">${one}</a> `) : 'none'}
      </dd>
      <dt>Limits</dt>
      <dd>
        ${control.limits}${control.missing.length > 0 ? html` <strong>Not produced in this run: ${control.missing.join(', ')}.</strong>` : undefined}
      </dd>
      <dt>Owner</dt>
      <dd>${control.owner}, since ${control.since}</dd>
      <dt>Auditor still tests</dt>
      <dd>${control.auditor}</dd>
    </dl>
    <details>
      <summary>Requirements that this evidences, and which part of each</summary>
      <p>
        After the dash: the state of the whole requirement, over all controls that claim it and the rules that
        bear on it; not of this control.
      </p>
      <ul>
        ${FRAMEWORKS.flatMap((framework) =>
          Object.entries(control.requirements[framework] ?? {}).map(
            ([requirement, [covers, part]]) =>
              html`<li>
                <a href="#${requirementAnchor(framework, requirement)}">${framework} ${requirement}</a>
                (${covers}): ${part} —
                ${states.get(referenceOf({ framework, id: requirement })) ?? 'in no catalogue'}
              </li>`,
          ),
        )}
      </ul>
    </details>
  </article> `;
}

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([kind, count]) => `${count} × ${kind}`)
    .join(', ');

/** `101 of all 105 resources of the types that …, 3 of them with an exception; not evaluated: 4 AWS::S3::Bucket.` */
function describePopulation({ evaluated, excepted, ofKind, leftOut, others }: Population): string {
  const besides = Object.keys(others).length > 0 ? counted(others) : undefined;
  if (evaluated === 0)
    return besides === undefined ? 'Nothing was evaluated in this run.' : `Evaluated: ${besides}.`;
  return [
    `${evaluated === ofKind ? `All ${plural(ofKind, 'resource')}` : `${evaluated} of all ${plural(ofKind, 'resource')}`} of the types that the rules below evaluate`,
    ...(excepted > 0 ? [`, ${excepted} of them with an exception`] : []),
    ...(evaluated < ofKind ? [`; not evaluated: ${counted(leftOut)}`] : []),
    ...(besides === undefined ? [] : [`; besides: ${besides}`]),
    '.',
  ].join('');
}

function evidenceLine(evidence: NarrativeResult['evidence'][number], rules: Rules): Markup {
  const { kind, source, title, strength, compliant, excepted, open, notApplicable, says, skipped } = evidence;
  if (kind === 'test') {
    return compliant + open === 0
      ? html`test <code>${source}</code> — <strong>did not run in this pack</strong>`
      : html`test <a href="${testPlace(source)}"><code>${source}</code></a> — ${compliant} cases
          passed${open > 0 ? `, ${open} failed` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''}, on these
          sources`;
  }
  if (kind === 'watch') {
    return compliant === 0
      ? html`AWS Config rule <code>${source}</code> — <strong>not in these templates</strong>`
      : html`AWS Config rule <code>${source}</code> — stands in the templates; evaluates again after
          deployment, in an account whose recorder runs`;
  }
  const [engine = ''] = source.split(': ');
  if (compliant + excepted + open + notApplicable === 0)
    return html`<code>${source}</code> — <strong>did not run in this pack</strong>`;
  const counts = [
    `${compliant} compliant`,
    ...(excepted > 0 ? [`${excepted} excepted`] : []),
    ...(open > 0 ? [`${open} open`] : []),
    ...(compliant + excepted + open === 0 && notApplicable > 0 ? ['there is no resource of the kind'] : []),
  ];
  const how = strength === 'behaviour' ? 'behaviour proven' : 'property seen';
  const words = says.length > 0 ? `: ${says.join('; ')}` : '';
  return html`${title} — ${counts.join(', ')}${words} (${how};
  ${rowsLink(source, rules)}${isProof(engine) && compliant + excepted + open > 0 ? html`, <a href="${proofPlace(engine as EngineName)}">as JUnit</a>` : undefined})`;
}

/** What is left for the auditor, control by control. */
export const auditorSection = ({ narratives }: Evidence): Markup =>
  narratives.length === 0
    ? html`<p>Nothing is claimed, so everything.</p>`
    : html`<ul>
        ${narratives.map(({ id, auditor }) => html`<li><a href="#${id}">${id}</a>: ${auditor}</li>`)}
      </ul>`;
