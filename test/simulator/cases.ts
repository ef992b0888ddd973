import type { Caller } from '../../compliance/rules/proofs/iam/request';

/** A policy statement as JSON. */
export type Body = Readonly<Record<string, unknown>>;

/** One request with all policies that bear on it, as both evaluators are asked. */
export interface Case {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly version: string | undefined;
  readonly identity: readonly Body[];
  readonly boundary: readonly Body[] | undefined;
  readonly resourcePolicy: readonly Body[] | undefined;
  readonly endpoint: readonly Body[] | undefined;
  readonly serviceControl: readonly Body[];
  readonly resourceControl: readonly Body[];
}

export const OURS = '111122223333';
const THEIRS = '999900001111';
const ROLE = (account: string): string => `arn:aws:iam::${account}:role/reader`;
const SERVICE = 'sns.amazonaws.com';

/** Requests whose actions AWS asks for with these resources. */
const TARGETS = [
  ['s3:GetObject', 'arn:aws:s3:::pictures/input/a.jpg'],
  ['s3:PutObject', 'arn:aws:s3:::pictures/out/b-c.jpg'],
  ['sqs:SendMessage', `arn:aws:sqs:us-east-1:${OURS}:jobs`],
  ['sns:Publish', `arn:aws:sns:us-east-1:${OURS}:results`],
  ['kms:Decrypt', `arn:aws:kms:us-east-1:${OURS}:key/11111111-2222-3333-4444-555555555555`],
  ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:us-east-1:${OURS}:secret:key-AbCdEf`],
  ['sts:AssumeRole', `arn:aws:iam::${OURS}:role/target`],
  ['dynamodb:GetItem', `arn:aws:dynamodb:us-east-1:${OURS}:table/detections`],
] as const;

/** Services whose resources the organisation's resource control policies bind. */
const RESOURCE_CONTROLLED = /^(s3|sts|kms|sqs|secretsmanager):/;

/** Keys by what AWS compares them as, with values of which some agree. */
const KEYS: readonly (readonly [kind: string, key: string, values: readonly string[]])[] = [
  ['string', 'aws:PrincipalOrgID', ['o-ours', 'o-theirs']],
  ['string', 'aws:SourceVpce', ['vpce-1', 'vpce-2']],
  ['string', 'aws:PrincipalTag/team', ['blue', 'Blue', 'red*']],
  ['string', 'aws:SourceAccount', [OURS, THEIRS]],
  [
    'arn',
    'aws:PrincipalArn',
    [ROLE(OURS), ROLE(THEIRS), `arn:aws:iam::${OURS}:role/*`, 'arn:aws:iam::*:role/reader'],
  ],
  [
    'arn',
    'aws:SourceArn',
    [`arn:aws:sns:us-east-1:${OURS}:results`, `arn:aws:sns:*:${THEIRS}:*`, `arn:aws:sns:us-east-1:${OURS}:*`],
  ],
  ['bool', 'aws:SecureTransport', ['true', 'false']],
  ['bool', 'aws:PrincipalIsAWSService', ['true', 'false']],
  ['ip', 'aws:SourceIp', ['203.0.113.7', '203.0.113.0/24', '198.51.100.0/25', '2001:db8::/32']],
  ['number', 'aws:MultiFactorAuthAge', ['10', '3600', '3600.5']],
  ['date', 'aws:CurrentTime', ['2026-01-01T00:00:00Z', '2027-06-30T12:00:00Z', '1798761600']],
  ['many', 'aws:TagKeys', ['team', 'owner', 'cost']],
  ['many', 'aws:CalledVia', ['athena.amazonaws.com', 'cloudformation.amazonaws.com']],
];

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  string: [
    'StringEquals',
    'StringNotEquals',
    'StringLike',
    'StringNotLike',
    'StringEqualsIgnoreCase',
    'StringNotEqualsIgnoreCase',
  ],
  arn: ['ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEquals', 'StringLike', 'StringNotLike'],
  bool: ['Bool'],
  ip: ['IpAddress', 'NotIpAddress'],
  number: [
    'NumericEquals',
    'NumericNotEquals',
    'NumericLessThan',
    'NumericLessThanEquals',
    'NumericGreaterThan',
    'NumericGreaterThanEquals',
  ],
  date: [
    'DateEquals',
    'DateNotEquals',
    'DateLessThan',
    'DateLessThanEquals',
    'DateGreaterThan',
    'DateGreaterThanEquals',
  ],
  many: ['StringEquals', 'StringLike', 'StringNotEquals', 'StringNotLike'],
};

/** Mulberry32: the same seed, the same cases. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Cases without end. */
export class Cases {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = random(seed);
  }

  private chance(of: number): boolean {
    return this.next() < of;
  }

  private one<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  private some<T>(items: readonly T[], most: number): T[] {
    return Array.from({ length: 1 + Math.floor(this.next() * most) }, () => this.one(items));
  }

  private condition(): Body | undefined {
    if (this.chance(0.5)) return undefined;
    const tests = this.some(KEYS, 2).map(([kind, key, values]) => {
      if (this.chance(0.12)) return ['Null', key, [this.one(['true', 'false'])]] as const;
      const plain = this.one(OPERATORS[kind] ?? []);
      const operator = this.chance(0.2) ? `${plain}IfExists` : plain;
      const quantifier = kind === 'many' ? `${this.one(['ForAllValues', 'ForAnyValue'])}:` : '';
      const asked = this.some(values, 2);
      // Booleans take one value.
      const wanted = kind === 'bool' ? asked.slice(0, 1) : asked;
      const withVariable = kind === 'string' && this.chance(0.15) ? ['${aws:PrincipalTag/team}'] : wanted;
      return [`${quantifier}${operator}`, key, withVariable] as const;
    });
    const block: Record<string, Record<string, unknown>> = {};
    for (const [operator, key, values] of tests) (block[operator] ??= {})[key] = values;
    return { Condition: block };
  }

  private action(action: string): Body {
    const [service = ''] = action.split(':');
    const items = this.some(
      [
        action,
        `${service}:*`,
        '*',
        `${service}:Get*`,
        action.toUpperCase().replace(/^[^:]+/, service),
        's3:ListBucket',
        'sqs:ReceiveMessage',
      ],
      2,
    );
    return this.chance(0.12) ? { NotAction: items } : { Action: items };
  }

  private resource(resource: string): Body {
    const items = this.some(
      [
        resource,
        '*',
        resource.replace(/[^:/]+$/, '*'),
        resource.replace(/.$/, '?'),
        'arn:aws:s3:::other/*',
        'arn:aws:s3:::pictures/${aws:PrincipalTag/team}/*',
        resource.replace(/^arn:aws:([^:]+):.*$/, 'arn:aws:$1:*:*:*'),
      ],
      2,
    );
    return this.chance(0.12) ? { NotResource: items } : { Resource: items };
  }

  private principal(effect: string): Body {
    const element = this.one<unknown>([
      '*',
      { AWS: '*' },
      { AWS: ROLE(OURS) },
      { AWS: ROLE(THEIRS) },
      { AWS: `arn:aws:iam::${OURS}:root` },
      { AWS: THEIRS },
      { AWS: [`arn:aws:iam::${OURS}:role/other`] },
      { Service: SERVICE },
      { Service: 'events.amazonaws.com' },
    ]);
    return effect === 'Deny' && this.chance(0.1) && element !== '*'
      ? { NotPrincipal: element }
      : { Principal: element };
  }

  private statement(action: string, resource: string, effect: 'Allow' | 'Deny', hasPrincipal: boolean): Body {
    return {
      Effect: effect,
      ...this.action(action),
      ...(action === 'sts:AssumeRole' && hasPrincipal ? {} : this.resource(resource)),
      ...(hasPrincipal ? this.principal(effect) : {}),
      ...this.condition(),
    };
  }

  private policy(action: string, resource: string, hasPrincipal: boolean, allows = 2): Body[] {
    const effects = this.chance(0.25) ? (['Allow', 'Deny'] as const) : (['Allow'] as const);
    return effects.flatMap((effect) =>
      Array.from({ length: effect === 'Allow' ? 1 + Math.floor(this.next() * allows) : 1 }, () =>
        this.statement(action, resource, effect, hasPrincipal),
      ),
    );
  }

  /** The simulator takes nobody but everybody as the principal of an endpoint's policy. */
  private endpoint(action: string, resource: string): Body[] {
    return this.policy(action, resource, false, 1).map((statement) => ({ ...statement, Principal: '*' }));
  }

  private deny(action: string, principal: boolean): Body[] {
    if (this.chance(0.8)) return [];
    const more = principal ? { Principal: '*' } : {};
    return [{ Effect: 'Deny', Action: [action], Resource: '*', ...more, ...this.condition() }];
  }

  private context(caller: Caller): Record<string, string | readonly string[]> {
    const context: Record<string, string | readonly string[]> = {};
    for (const [kind, key, values] of KEYS) {
      if (this.chance(0.4) || kind === 'arn') continue;
      const exact = values.filter((value) => !/\/\d+$/.test(value));
      context[key] = kind === 'many' ? this.some(values, 2) : this.one(exact);
    }
    if (caller.kind === 'role') {
      context['aws:PrincipalArn'] = caller.arn;
      context['aws:PrincipalAccount'] = caller.account;
    } else if (this.chance(0.7))
      context['aws:SourceArn'] = `arn:aws:sns:us-east-1:${this.one([OURS, THEIRS])}:results`;
    context['aws:PrincipalIsAWSService'] = String(caller.kind === 'service');
    return context;
  }

  make(): Case {
    const [action, resource] = this.one(TARGETS);
    const account = this.one([OURS, OURS, THEIRS]);
    const caller: Caller = this.chance(0.15)
      ? { kind: 'service', service: SERVICE }
      : { kind: 'role', arn: ROLE(account), account };
    const isRole = caller.kind === 'role';
    const bears = action === 'sts:AssumeRole' || action === 'kms:Decrypt' || this.chance(0.7);
    return {
      caller,
      action,
      resource,
      context: this.context(caller),
      version: this.chance(0.9) ? '2012-10-17' : undefined,
      identity: isRole && this.chance(0.85) ? this.policy(action, resource, false) : [],
      boundary: isRole && this.chance(0.35) ? this.policy(action, resource, false, 1) : undefined,
      resourcePolicy: bears ? this.policy(action, resource, true) : undefined,
      endpoint: isRole && this.chance(0.2) ? this.endpoint(action, resource) : undefined,
      serviceControl: isRole ? this.deny(action, false) : [],
      resourceControl: RESOURCE_CONTROLLED.test(action) ? this.deny(action, true) : [],
    };
  }
}
