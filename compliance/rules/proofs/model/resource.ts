import { ModelError } from './errors';
import type { TemplateResource } from './template';

const NO_PROPERTIES = Object.freeze({});

/** A resource of one stack, its properties resolved on demand. */
export class Resource {
  constructor(
    readonly stackName: string,
    readonly account: string,
    readonly region: string,
    readonly logicalId: string,
    private readonly body: TemplateResource,
    private readonly resolve: (value: unknown) => unknown,
  ) {}

  get type(): string {
    return this.body.Type;
  }
  /** `STACK/LOGICAL-ID`: how findings name it, and its physical id where AWS chooses one. */
  get path(): string {
    return `${this.stackName}/${this.logicalId}`;
  }
  get constructPath(): string | undefined {
    const path = this.body.Metadata?.['aws:cdk:path'];
    return typeof path === 'string' ? path : undefined;
  }
  /** The template's own words, intrinsic functions included. */
  get raw(): TemplateResource {
    return this.body;
  }

  has(name: string): boolean {
    return this.body.Properties?.[name] !== undefined;
  }

  /**
   * A property with every intrinsic function replaced by the value it will have.
   * @throws ModelError when it holds something that cannot be resolved from the templates.
   */
  property(name: string): unknown {
    return this.resolve(this.body.Properties?.[name]);
  }

  /** All properties, resolved. @throws ModelError as `property` does. */
  resolved(): Readonly<Record<string, unknown>> {
    return this.resolve(this.body.Properties ?? NO_PROPERTIES) as Readonly<Record<string, unknown>>;
  }

  /** @throws ModelError when the property is not a string. */
  text(name: string): string {
    const value = this.property(name);
    if (typeof value !== 'string')
      throw new ModelError('malformed-value', this.path, `${name} is not a string`);
    return value;
  }
  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }
  /** @throws ModelError when the property is there and not a list; absent is empty. */
  list(name: string): readonly unknown[] {
    const value = this.property(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw new ModelError('malformed-value', this.path, `${name} is not a list`);
    return value;
  }
  /** As {@link list}, of objects. @throws ModelError when an item is none. */
  objects(name: string): Readonly<Record<string, unknown>>[] {
    return this.list(name).map((item) => {
      if (typeof item === 'object' && item !== null && !Array.isArray(item))
        return item as Readonly<Record<string, unknown>>;
      throw new ModelError('malformed-value', this.path, `${name} holds something that is no object`);
    });
  }
}
