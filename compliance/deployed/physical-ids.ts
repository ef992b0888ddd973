/** A resource as CloudFormation lists it. */
export interface ListedResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/**
 * Types whose physical id is composed, and which part of it stands for the resource in the ARNs of others.
 * Source: "Return values" of each type in the CloudFormation template reference.
 */
const ID_IN_PHYSICAL_ID: Readonly<Record<string, (physicalId: string) => string>> = {
  // NAME|ID|SCOPE
  'AWS::WAFv2::WebACL': (id) => id.split('|')[1] ?? id,
  // The ARN with the version's number at its end.
  'AWS::Lambda::Version': (id) => id.split(':').at(-1) ?? id,
  'AWS::StepFunctions::StateMachineVersion': (id) => id.split(':').at(-1) ?? id,
};

/** Stands at the end of a secret's ARN in the model, for six characters that AWS chooses. */
const SECRET_MARK = '-AbCdEf';

/** Ids by the tokens that the model of the templates has in their place: `STACK/LOGICAL-ID`. */
export class PhysicalIds {
  private readonly byToken = new Map<string, string>();
  private readonly secrets = new Map<string, string>();
  private readonly stacks = new Set<string>();
  private tokens = /(?!)/g;

  add(stack: string, { logicalId, physicalId, type }: ListedResource): void {
    if (!this.stacks.has(stack)) {
      this.stacks.add(stack);
      this.tokens = new RegExp(`(?:${[...this.stacks].join('|')})/[A-Za-z0-9]+`, 'g');
    }
    this.byToken.set(`${stack}/${logicalId}`, ID_IN_PHYSICAL_ID[type]?.(physicalId) ?? physicalId);
    if (type === 'AWS::SecretsManager::Secret')
      this.secrets.set(physicalId.replace(/-[A-Za-z0-9]{6}$/, SECRET_MARK), physicalId);
  }

  /** Whether a resource is in the account. */
  has(stack: string, logicalId: string): boolean {
    return this.byToken.has(`${stack}/${logicalId}`);
  }

  /** A value with every token in it replaced; one of a resource that is not there stays, and equals nothing. */
  in(value: unknown): unknown {
    if (typeof value === 'string') return this.inText(value);
    if (Array.isArray(value)) return value.map((item) => this.in(item));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [this.inText(name), this.in(item)]),
      );
    return value;
  }

  private inText(text: string): string {
    if (text.includes(SECRET_MARK)) return this.secrets.get(text) ?? text;
    return text.replace(this.tokens, (token) => this.byToken.get(token) ?? token);
  }
}
