import { groupBy } from '../../group-by';
import { DEPLOYED } from '../../deployed/engine';
import type { Evidence } from '../evidence';
import { issuesOf } from '../issues';
import { describeOccasion } from '../purpose';
import { html, type Markup } from './markup';
import { testPlace } from '../places';
import { coverageBars } from './pictures';
import { openIssues } from './issues-section';
import { badge, list, plural, table } from './table';

const SCOPES: Readonly<Record<Evidence['identity']['subject'], string>> = {
  application: 'This application, synthesized from its sources',
  templates: 'This application, synthesized elsewhere',
  'foreign templates': 'Templates of another application, synthesized elsewhere',
};

const SENTENCES: Readonly<Record<Evidence['result'], string>> = {
  clean: 'No open finding: every rule that ran is met, or stands in the register as an exception.',
  findings: 'There are findings that are neither fixed nor excepted.',
  'could not evaluate': 'The gate could not evaluate everything that it must.',
};

/** The first screen: what was evaluated and what the result leaves out, before anything else is said. */
export function lead(evidence: Evidence): Markup {
  return html`${deployedDifferences(evidence)}
    <div class="lead">
      <div>
        <div class="panel">${verdict(evidence)} ${leftOut(evidence)}</div>
      </div>
      <div>${identityPanel(evidence)}</div>
    </div>
    ${openIssues(evidence)}
    <section id="coverage" aria-label="Coverage by framework">
      <div class="panel">
        <h2 class="plain">How much of each framework this system evidences</h2>
        ${coverageBars(evidence)}
      </div>
    </section>
    ${applicationsTable(evidence)}`;
}

const MOST_NAMED = 5;

export function verdict(evidence: Evidence): Markup {
  const { identity, result, counts, figures, narratives } = evidence;
  const resources = identity.stacks.reduce((sum, stack) => sum + stack.resources, 0);
  const count = (state: string): number => narratives.filter((narrative) => narrative.state === state).length;
  /** The controls by name where they are few: whoever reads "1 with open findings" asks which. */
  const named = (state: string): Markup | undefined => {
    const ids = narratives.filter((narrative) => narrative.state === state).map(({ id }) => id);
    return ids.length === 0 || ids.length > MOST_NAMED
      ? undefined
      : html` (${ids.map((id, index) => html`${index === 0 ? '' : ', '}<a href="#${id}">${id}</a>`)})`;
  };
  const lacking = narratives.filter(
    ({ state, missing }) => state === 'excepted' && missing.length > 0,
  ).length;
  return html`<p>${badge(result)} ${SENTENCES[result]}</p>
    <p>
      <strong>Evaluated:</strong> ${plural(resources, 'resource')} in
      ${plural(identity.stacks.length, 'stack')} as CloudFormation templates, before deployment, by
      ${plural(figures.rules, 'distinct check')}: ${plural(figures.passedDistinct, 'passed verdict')}
      (${figures.passedSameForAll} of them by rules that ask every resource the same: tags, name, validity,
      order, rights to deploy, literal secrets), ${counts.excepted} excepted, ${counts['non-compliant']}
      open${counts['non-compliant'] > 0 ? ` (${plural(issuesOf(evidence.rows).length, 'thing')} to fix)` : ''}${counts.error > 0 ? `, ${counts.error} that could not evaluate` : ''}.
    </p>
    ${
      narratives.length === 0
        ? html`<p>
            <strong>Claimed:</strong> nothing. The claims of this report are about another application.
          </p>`
        : html`<p>
            <strong>Claimed:</strong> ${plural(narratives.length, 'control')} in plain words:
            ${count('supported')} supported throughout, ${count('supported in part')} in part (evidence that
            they cite was not produced), ${count('excepted')} with
            exceptions${lacking > 0 ? ` (${lacking} of them without evidence that they cite)` : ''},
            ${count('findings')} with open findings${named('findings')}, ${count('not assessed')} not assessed
            in this run${named('not assessed')}.
          </p>`
    }`;
}

const askedRows = ({ rows }: Evidence) => rows.filter(({ engine }) => engine === DEPLOYED);
const wasAsked = (evidence: Evidence): boolean => askedRows(evidence).length > 0;

const MOST_DIFFERENCES = 25;

/** Where the account is not as it was evaluated, before anything else; nothing where no account was asked. */
function deployedDifferences(evidence: Evidence): Markup | undefined {
  const rows = askedRows(evidence);
  if (rows.length === 0) return undefined;
  const differing = rows.filter(({ verdict }) => verdict === 'non-compliant');
  const unasked = rows.filter(({ verdict }) => verdict === 'error');
  const places = [
    ...new Set(rows.flatMap(({ observed }) => (observed ? `${observed.account} ${observed.region}` : []))),
  ];
  const times = rows.flatMap(({ observed }) => observed?.at ?? []).sort();
  const shown = [...differing, ...unasked].slice(0, MOST_DIFFERENCES);
  return html`<section id="deployed" aria-label="The account">
    <div class="panel">
      <h2 class="plain">Does the account hold what was evaluated?</h2>
      <p>
        ${badge(differing.length > 0 ? 'findings' : unasked.length > 0 ? 'could not evaluate' : 'clean')}
        ${plural(rows.length - differing.length - unasked.length, 'setting')} as expected, ${differing.length}
        otherwise, ${unasked.length} that could not be asked; ${places.join(', ')}, from ${times[0] ?? ''} to
        ${times.at(-1) ?? ''}.
      </p>
      ${list(
        shown.map(
          ({ rule, stack, resource, message }) =>
            html`<code>${stack ?? ''} ${resource}</code> ${rule}: ${message}`,
        ),
      )}
      ${differing.length + unasked.length > shown.length ? html`<p>and ${differing.length + unasked.length - shown.length} more, in <a href="#rows">all rows</a>.</p>` : undefined}
    </div>
  </section>`;
}

/** What "clean" does not say; checks that did not run stand first. */
export function leftOut(evidence: Evidence): Markup {
  const { identity, notAssessed, exceptions, requirements, tests, narratives, asAllOnly } = evidence;
  const silent = identity.tools.filter(({ rules }) => rules === 0).map(({ engine }) => engine);
  const cited = new Set(
    narratives.flatMap(({ evidence: sources }) =>
      sources.filter(({ kind }) => kind === 'test').map(({ source }) => source),
    ),
  );
  const ran = tests.filter(({ file }) => cited.has(file)).length;
  const failed = tests.filter((test) => test.failed > 0);
  const sum = (key: 'failed' | 'skipped'): number => tests.reduce((all, test) => all + test[key], 0);
  const state = (name: string): number =>
    requirements.filter((requirement) => requirement.state === name).length;
  const notAssessedHere = requirements.filter((requirement) => requirement.state === 'not assessed');
  const unclaimed = notAssessedHere.filter(({ parts }) => parts.length === 0);
  const ofNobody = unclaimed.filter(({ holders }) => holders.length === 0).length;
  const silenced = notAssessedHere.length - unclaimed.length;
  const [first] = exceptions.map(({ expires }) => expires).sort();
  return html`<p><strong>What this leaves out:</strong></p>
    ${list([
      ...byEngine(evidence).map(
        ([first, more]) =>
          html`<strong class="findings">Could not evaluate:</strong>
            ${first}${more === 0 ? undefined : html` And <a href="#not-assessed">${more} more</a> of the same engine.`}`,
      ),
      ...(evidence.counts.error > 0
        ? [
            html`<strong class="findings">Not evaluated:</strong> ${plural(evidence.counts.error, 'verdict')},
              each a row with its resource and the reason;
              ${identity.strict ? 'they fail this run' : 'they do not fail this run, which was not strict'}.`,
          ]
        : []),
      ...(silent.length > 0
        ? [
            html`<strong class="findings">Did not run:</strong> ${silent.join(', ')}; see
              <a href="#not-assessed">why</a>.`,
          ]
        : []),
      ...notAssessed.map((text) => html`<strong>Not looked at:</strong> ${text}`),
      ...(failed.length > 0
        ? [
            html`<strong class="findings">Failed:</strong> ${plural(sum('failed'), 'case')} of
              ${failed.map(({ file }, index) => html`${index > 0 ? ', ' : ''}<a href="${testPlace(file)}"><code>${file}</code></a>`)}.`,
          ]
        : []),
      ...(sum('skipped') > 0
        ? [html`<strong>Skipped:</strong> ${plural(sum('skipped'), 'case')} of the tests that ran.`]
        : []),
      ...(cited.size > 0
        ? [
            html`${ran === cited.size ? html`All` : html`<strong class="${ran === 0 ? 'findings' : 'excepted'}">${ran} of ${cited.size}</strong>`}
            ${ran === cited.size ? `${cited.size} ` : ''}test files that the controls cite ran on these
            sources${ran === 0 ? ': what only they show is not shown.' : '.'}`,
          ]
        : []),
      ...(wasAsked(evidence)
        ? []
        : [
            html`Nothing in an account was looked at: templates say what will be configured, not what is.
              <code>npm run compliance -- deployed</code> asks.`,
          ]),
      html`<a href="#exceptions">${plural(exceptions.length, 'exception')}</a>
        ${exceptions.length === 1 ? 'stands' : 'stand'}${first === undefined ? '' : `, the first until ${first}`}:
        ${exceptions.map(({ id }) => html`<a class="whole" href="#${id}">${id}</a> `)}`,
      ...(silenced > 0
        ? [
            html`<strong class="findings">Not shown:</strong> ${plural(silenced, 'requirement')} that controls
              claim: <a href="#frameworks">evidence</a> did not run.`,
          ]
        : []),
      html`Of ${plural(requirements.length, 'requirement')} ${unclaimed.length} are not claimed here: the
        organisation, AWS or a process holds ${unclaimed.length - ofNobody}, and ${ofNobody} ask for nothing
        of a system like this one. Of ${state('partial')} a named part is evidenced, and to
        ${state('contributes')} this system only contributes: <a href="#responsibility">who holds what</a>.`,
      html`${plural(asAllOnly.length, 'resource')} ${asAllOnly.length === 1 ? 'was' : 'were'} evaluated only
      by rules that ask every resource the
      same${asAllOnly.length > 0 ? html`: <a href="#not-assessed">which</a>` : ''}.`,
    ])}`;
}

/** The first reason of each engine that could not evaluate, and how many more it gave: they follow from the first. */
function byEngine({ failures, identity }: Evidence): [string, number][] {
  const groups = groupBy(failures, (failure) => {
    const begins = /^[\w-]+/.exec(failure)?.[0] ?? '';
    return identity.tools.some(({ engine }) => engine === begins) ? begins : failure;
  });
  return [...groups.values()].map(([first = '', ...more]) => [first, more.length]);
}

const changes = (difference: Evidence['difference']): Markup => {
  if (difference === undefined) return html`There was no earlier pack.`;
  const groups = difference.groups.map(({ title, lines }) => `${title} ${lines.length}`);
  return html`<a href="#difference">Since ${difference.before.generated.slice(0, 16).replace('T', ' ')} UTC</a
    >: ${groups.length === 0 ? 'nothing changed.' : `${groups.join(', ')}.`}`;
};

const identityPanel = ({ identity, difference }: Evidence): Markup =>
  html`<div class="panel">
    <dl>
      <dt>Scope</dt>
      <dd>${SCOPES[identity.subject]}</dd>
      <dt>Stage</dt>
      <dd>${identity.stage}</dd>
      ${
        identity.source === undefined
          ? undefined
          : html`<dt>Source</dt>
              <dd>${identity.source}</dd>`
      }
      <dt>Profile</dt>
      <dd>
        ${identity.profile}${identity.strict ? ', strict' : ', not strict: what could not be evaluated does not fail it'}
      </dd>
      <dt>Accounts</dt>
      <dd>${identity.accounts.join(', ')}</dd>
      <dt>Evaluated at</dt>
      <dd>${identity.generated.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</dd>
      <dt>Commit</dt>
      <dd><code>${identity.commit.id}</code>${identity.commit.modified ? ', with local changes' : ''}</dd>
      <dt>Made</dt>
      <dd>${describeOccasion(identity)}</dd>
      <dt>CI run</dt>
      <dd>${identity.run ?? 'none: made outside CI'}</dd>
      <dt>Signature</dt>
      <dd>
        This page is written before signing. A signed copy has a file manifest.sig, and
        <a href="manifest.json">manifest.json</a> names its key; without them this copy is UNSIGNED.
        <code>npm run compliance -- verify</code> tells.
      </dd>
      <dt>Last pack</dt>
      <dd>${changes(difference)}</dd>
      <dt>Auditor</dt>
      <dd><a href="#auditor">What the auditor still has to test</a></dd>
      <dt>Tools</dt>
      <dd>
        ${identity.tools.map(({ engine, version, rules }) => `${engine} ${version}${rules === 0 ? ' (did not run)' : ''}`).join(', ')}
      </dd>
    </dl>
  </div>`;

/** What was evaluated: each part with its account and region, and what was found in it. */
const applicationsTable = ({ applications, rows }: Evidence): Markup =>
  table(
    `What was evaluated, by what is deployed as a whole; ${plural(rows.filter(({ stack }) => stack === undefined).length, 'row')} of findings.csv belong to no stack (roles, packages, the register) and are in none of these counts; a rule that several packs of cdk-nag share counts once above, and once a pack here`,
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
