import type { Evidence } from '../evidence';
import { html, type Markup } from './markup';

type Kind = 'R' | 'W' | 'D' | 'M' | 'K';
const KINDS: Readonly<Record<Kind, string>> = {
  R: 'reads',
  W: 'writes, sends or starts',
  D: 'deletes',
  M: 'manages (policies, locks, roles, code)',
  K: 'uses a key',
};

const KIND_ORDER: readonly Kind[] = ['R', 'W', 'D', 'M', 'K'];

/** From most to least specific; whatever none names changes something. */
const KIND_OF: readonly (readonly [RegExp, Kind])[] = [
  [/^kms:(Decrypt|Encrypt|GenerateDataKey|ReEncrypt)/, 'K'],
  [/^(iam|kms):|Policy|Retention|LegalHold|UpdateFunctionCode|UpdateStateMachine|StopLogging/, 'M'],
  [/:(Delete|Purge)/, 'D'],
  [/:(Get|BatchGet|Head|List|Describe|Query|Scan|Receive|ConditionCheck)/, 'R'],
];
const kindOf = (action: string): Kind => KIND_OF.find(([pattern]) => pattern.test(action))?.[1] ?? 'W';

const LINE = /^allowed: (.+?) · (\S+) · (\S+) · /;
const ARN = /^arn:aws:([a-z0-9-]+):[^:]*:[^:]*:(.+)$/;

/** `pictures/input` for an object, `DataKey` for a key; roles, functions and machines stand for all of their kind. */
function columnOf(resource: string): string {
  const [, service = '', rest = ''] = ARN.exec(resource) ?? [];
  if (service === '') return 'any resource';
  if (service === 'iam') return 'roles';
  if (service === 'lambda') return 'functions';
  const name = rest
    .replace(/^(?:key|secret|table|parameter|stateMachine|trail)[:/]/, '')
    .replace(/serverlessapp-(?:STAGE-?)?/g, '')
    .replace(/-ACCOUNT(?:-[a-z0-9-]+?\d)?/g, '')
    .replace(/\/[0-9a-f]{8}\.jpg$/, '')
    .replace(/[0-9A-F]{8}$/, '')
    .replace(/^(?:keys|recovery-foundation)\//, '')
    .replace(/-AbCdEf$/, '')
    .replace(/\/(?:index|stream)\/.*$/, '')
    .replace(/^\/?clients\/.*$/, 'clients’ keys');
  return `${service} ${name}`;
}

/** Who may do what with which store, as the IAM proof found it: principals against stores, whatever is empty is refused. */
export function accessPicture({ proven }: Pick<Evidence, 'proven'>): Markup {
  return html`${proven
    .filter(({ title }) => title.endsWith(': Allowed access'))
    .map(({ title, lines }) => drawMatrix(title.replace(': Allowed access', ''), lines))}`;
}

function drawMatrix(title: string, lines: readonly string[]): Markup {
  const cells = new Map<string, Set<Kind>>();
  const [principals, columns] = [new Set<string>(), new Set<string>()];
  for (const line of lines) {
    const [, who, action, resource] = LINE.exec(line) ?? [];
    if (who === undefined || action === undefined || resource === undefined) continue;
    const column = columnOf(resource);
    principals.add(who);
    columns.add(column);
    const key = `${who}\u0000${column}`;
    cells.set(key, (cells.get(key) ?? new Set()).add(kindOf(action)));
  }
  if (principals.size === 0) return html``;
  const names = [...columns].sort();
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}: who may do what">
    <table class="heatmap access">
      <caption>
        ${title}: who may do what, in any way that the IAM proof tried; an empty cell is refused in all of
        them. any/object is an object outside of the prefixes that policies name.
        ${Object.entries(KINDS)
          .map(([kind, what]) => `${kind} ${what}`)
          .join(', ')}.
      </caption>
      <thead>
        <tr>
          <th scope="col">Who</th>
          ${names.map((name) => html`<th scope="col"><span>${name}</span></th>`)}
        </tr>
      </thead>
      <tbody>
        ${[...principals].sort().map(
          (who) =>
            html`<tr>
              <th scope="row">${who}</th>
              ${names.map((name) => {
                const kinds = cells.get(`${who}\u0000${name}`);
                if (kinds === undefined) return html`<td></td>`;
                return html`<td class="may">${KIND_ORDER.filter((kind) => kinds.has(kind)).join('')}</td>`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
