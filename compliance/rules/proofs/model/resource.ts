import { ModelError } from './errors';
import type { TemplateResource } from './template';

const NO_PROPERTIES = Object.freeze({});

/** What a resource asks of the set that it is in. */
export interface Surroundings {
  /** A value with every intrinsic function replaced. */
  readonly resolve: (value: unknown) => unknown;
  /** Told whenever something of the resource is read. */
  readonly read: () => void;
  /** As {@link TemplateSet.remember}, of the one resource. */
  readonly remember: <T>(by: object, find: () => T) => T;
}

/** A resource of one stack, its properties resolved on demand. */
export class Resource {
  /** `STACK/LOGICAL-ID`: how findings name it, and its physical id where AWS chooses one. */
  readonly path: string;

  constructor(
    readonly stackName: string,
    readonly account: string,
    readonly region: string,
    readonly logicalId: string,
    private readonly words: TemplateResource,
    private readonly around: Surroundings,
  ) {
    this.path = `${stackName}/${logicalId}`;
  }

  /** What was found of it by somebody; no {@link Resource} may be in it. */
  remember<T>(by: object, find: () => T): T {
    return this.around.remember(by, find);
  }

  private get body(): TemplateResource {
    this.around.read();
    return this.words;
  }

  get type(): string {
    return this.body.Type;
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
    return this.around.resolve(this.body.Properties?.[name]);
  }

  /** All properties, resolved. @throws ModelError as `property` does. */
  resolved(): Readonly<Record<string, unknown>> {
    return this.around.resolve(this.body.Properties ?? NO_PROPERTIES) as Readonly<Record<string, unknown>>;
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
