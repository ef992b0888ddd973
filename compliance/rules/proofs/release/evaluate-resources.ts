import { alarmsInRule } from '../model/alarm-rule';
import type { Resource } from '../model/resource';
import type { ProofRows } from '../proof-rows';
import { identifiersOf, isOwnName, type NamedResources } from './named-resources';
import { excuses, type NotAwaited } from './not-awaited';
import type { ReleaseModel } from './release-model';
import { RELEASE_RULES } from './rules';

interface Mention {
  readonly property: string;
  readonly text: string;
}

/** Every text of a resource's properties with the names that lead to it. */
function mentionsIn(value: unknown, property: string): Mention[] {
  if (typeof value === 'string') return [{ property, text: value }];
  if (Array.isArray(value)) return value.flatMap((item) => mentionsIn(item, property));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    mentionsIn(inner, property === '' ? name : `${property}.${name}`),
  );
}

const textsOf = ({ property, text }: Mention): string[] =>
  property === 'AlarmRule' ? alarmsInRule(text) : [text];

/** What a resource names, by its words: the property, and whatever may be meant. */
function namesIn(
  resource: Resource,
  named: NamedResources,
  own: ReadonlySet<string>,
): (Mention & { readonly meant: readonly Resource[] })[] {
  const mentions = mentionsIn(resource.resolved(), '').filter(
    ({ property }) => !isOwnName(resource.type, property),
  );
  return mentions.flatMap((mention) =>
    textsOf(mention).flatMap((text) => {
      const meant = own.has(text) ? [] : named.namedBy(text).filter((other) => other !== resource);
      return meant.length === 0 ? [] : [{ property: mention.property, text, meant }];
    }),
  );
}

/** Whatever a resource names has to be there when CloudFormation makes it, but for what AWS looks for later. */
export function evaluateResources(
  rows: ProofRows,
  model: ReleaseModel,
  entries: readonly NotAwaited[],
): ReadonlySet<NotAwaited> {
  const used = new Set<NotAwaited>();
  for (const resource of model.set.resources()) {
    rows.guarded(RELEASE_RULES.resourceOrder, resource, () => {
      const own = new Set(identifiersOf(model.set, resource));
      const problems = namesIn(resource, model.named, own).flatMap(({ property, text, meant }) => {
        if (meant.some((other) => model.isThereBefore(resource, other))) return [];
        const unexcused = meant.filter((other) => {
          const entry = entries.find((each) => excuses(each, resource.type, property, other.type));
          if (entry) used.add(entry);
          return !entry;
        });
        const [first] = unexcused;
        return unexcused.length < meant.length || !first
          ? []
          : [`${property} names ${text} (${first.path}), which ${model.whenMade(resource, first)}`];
      });
      rows.evaluate(
        RELEASE_RULES.resourceOrder,
        resource,
        [...new Set(problems)],
        'all that it names is there before it',
      );
    });
  }
  return used;
}

/** A retained resource of a fixed name makes every later creation fail: `already exists`. */
export function evaluateLeftovers(rows: ProofRows, { set }: ReleaseModel): void {
  for (const resource of set.resources()) {
    if (resource.raw.DeletionPolicy === undefined) continue;
    const [name] = identifiersOf(set, resource);
    const stays = resource.raw.DeletionPolicy === 'Retain' && name !== undefined;
    rows.evaluate(
      RELEASE_RULES.nothingLeft,
      resource,
      stays ? [`a creation that fails leaves ${name} behind, and the next one finds the name taken`] : [],
      'a creation that fails takes it away again',
    );
  }
}
