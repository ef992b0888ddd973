import { dig } from '../model/dig';
import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import type { ExposureRule } from './finding';

/** A setting of some types of resources that can expose them. */
export interface Setting {
  readonly rule: ExposureRule;
  readonly types: readonly string[];
  /** What is wrong, in words; empty when nothing is. @param own accounts that are at home. */
  readonly evaluate: (resource: Resource, set: TemplateSet, own: ReadonlySet<string>) => readonly string[];
}

/**
 * A value on which the answer depends.
 * @throws ModelError when it is a reference that only the deployment resolves: it may be either way.
 */
export function decided(value: unknown): unknown {
  if (
    typeof value === 'string' &&
    (value.includes('{{resolve:') || /^(?:import\/[\w:-]+|[\w~.-]+\/[A-Za-z]\w*)$/.test(value))
  )
    throw new ModelError('unresolved-reference', 'a setting', `${value} is known only once it is deployed`);
  return value;
}

/** Templates write booleans as text, too. @throws ModelError as {@link decided} does. */
export const isTrue = (value: unknown): boolean => /^(?:true|yes|on)$/i.test(String(decided(value)));
export const isFalse = (value: unknown): boolean => /^(?:false|no|off)$/i.test(String(decided(value)));

/** A value as text; of what is none, its JSON. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}

/** Whether a value says anything: an empty text is none. */
export const isSet = (value: unknown): boolean => value !== undefined && value !== '';

/** A number, however it is written; undefined for what is none. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
}

/** The values at a path of names, `*` standing for every item of a list. */
export function valuesAt(value: unknown, path: string): unknown[] {
  return path
    .split('.')
    .reduce<unknown[]>(
      (values, step) =>
        step === '*'
          ? values.flatMap((each) =>
              Array.isArray(each) ? (each as unknown[]) : each === undefined ? [] : [each],
            )
          : values.map((each) => dig(each, step)),
      [value],
    );
}

/** The values of a resource at a path of names, the first of them a property. */
export const at = (resource: Resource, path: string): unknown[] => {
  const [property = '', ...rest] = path.split('.');
  const value = resource.property(property);
  return rest.length === 0 ? [value] : valuesAt(value, rest.join('.'));
};

/** Bad when a switch stands so. @param absent what AWS takes for an absent switch. */
const switched =
  (bad: 'off' | 'on') =>
  (rule: ExposureRule, type: string, path: string, absent: 'off' | 'on' = 'off'): Setting => ({
    rule,
    types: [type],
    evaluate: (resource) =>
      at(resource, path).some((value) =>
        value === undefined ? absent === bad : (bad === 'off' ? isFalse : isTrue)(value),
      )
        ? [`${path} is ${bad}`]
        : [],
  });

/** Bad when the switch is off. */
export const switchedOn = switched('off');
/** Bad when the switch is on. */
export const switchedOff = switched('on');

/** Bad when nothing is said. */
export const present = (rule: ExposureRule, type: string, path: string): Setting => ({
  rule,
  types: [type],
  evaluate: (resource) => (at(resource, path).some((value) => !isSet(value)) ? [`${path} is not set`] : []),
});

/** Bad when one of the values is one of those. */
export const unlike = (rule: ExposureRule, type: string, path: string, bad: RegExp): Setting => ({
  rule,
  types: [type],
  evaluate: (resource) =>
    at(resource, path)
      .filter((value) => value !== undefined && bad.test(textOf(value)))
      .map((value) => `${path} is ${textOf(value)}`),
});

/** For what no table can say. */
export const evaluated = (
  rule: ExposureRule,
  types: string | readonly string[],
  evaluate: Setting['evaluate'],
): Setting => ({ rule, types: [types].flat(), evaluate });

/** Whether other buckets of the templates send their access logs to this one. */
export const takesLogs = (bucket: Resource, set: TemplateSet): boolean =>
  set
    .resources('AWS::S3::Bucket')
    .some((other) =>
      [set.refOf(bucket), bucket.path].includes(
        String(dig(other.property('LoggingConfiguration'), 'DestinationBucketName')),
      ),
    );
