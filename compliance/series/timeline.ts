import type { PackContent, PackControl, SeriesPack } from './read-series';

const DAY = 86_400_000;

/** What can be said of a control in a span of time. */
export type HeldState = 'held' | 'held with exceptions' | 'did not hold' | 'not assessed' | 'unknown';

/** A span from one instant to another, both ISO 8601; the last has no end. */
export interface Span {
  readonly from: string;
  readonly to: string | undefined;
  readonly state: HeldState;
  /** Exceptions that it rested on, what was not produced for it, or why nothing is known. */
  readonly words: readonly string[];
}

/** A pack that counts. */
export interface UsablePack extends SeriesPack {
  readonly content: PackContent;
}
export const isUsable = (pack: SeriesPack): pack is UsablePack => pack.content !== undefined;

/** Time for which no pack speaks. */
export interface Gap {
  readonly from: string;
  readonly to: string | undefined;
  readonly why: string;
}

const later = (instant: string, days: number): string =>
  new Date(Date.parse(instant) + days * DAY).toISOString();

/** One of the series, by its narrative (`ENC-01`) or its requirement (`SOC2:CC7.2`); ids are compared as they are written. */
export const controlOf = (content: PackContent, id: string): PackControl | undefined =>
  content.narratives.find((each) => each.id === id) ??
  content.requirements.find((each) => `${each.framework}:${each.id}` === id);

const HELD: Readonly<Record<string, HeldState>> = {
  supported: 'held',
  'supported in part': 'held',
  full: 'held',
  partial: 'held',
  contributes: 'held',
  excepted: 'held with exceptions',
  findings: 'did not hold',
  'not met': 'did not hold',
  'not assessed': 'not assessed',
};

/** Exceptions that were over when the pack was made and that findings still rested on. */
export const expiredIn = ({ identity, exceptions }: PackContent): PackContent['exceptions'] =>
  exceptions.filter(({ expires, findings }) => findings > 0 && expires < identity.generated.slice(0, 10));

/** What one pack says of a control: an exception that was over excuses nothing. */
export function stateIn(content: PackContent, id: string): Pick<Span, 'state' | 'words'> {
  const control = controlOf(content, id);
  if (control === undefined) return { state: 'unknown', words: [`the pack knows no control ${id}`] };
  const expired = expiredIn(content).filter((exception) => control.exceptions.includes(exception.id));
  const state = HELD[control.state] ?? 'unknown';
  if (state === 'held with exceptions' && expired.length > 0)
    return {
      state: 'did not hold',
      words: expired.map((exception) => `${exception.id} had expired on ${exception.expires}`),
    };
  const missing = control.missing.length;
  return {
    state,
    words: [
      ...(state === 'held with exceptions' ? control.exceptions : []),
      ...(control.state === 'supported in part'
        ? [`without ${missing} ${missing === 1 ? 'piece' : 'pieces'} of the evidence that it cites`]
        : []),
    ],
  };
}

/**
 * Where the series says nothing: between two packs that count and lie further apart than one interval and half of another,
 * and behind the last. A pack speaks until the next, at most for that long.
 * @param everyDays - how often a pack is due.
 */
export function gapsOf(packs: readonly SeriesPack[], everyDays: number, now: string): Gap[] {
  const usable = packs.filter(isUsable);
  return usable.flatMap((pack, index): Gap[] => {
    const next = usable[index + 1];
    const end = later(pack.generated, everyDays * 1.5);
    const until = next?.generated ?? now;
    if (end >= until) return [];
    const changed = packs.filter(
      (each) => !isUsable(each) && each.generated > pack.generated && each.generated < until,
    );
    const why =
      changed.length > 0
        ? `${changed.map(({ name }) => name).join(', ')} was changed`
        : 'no pack was made, or it is gone';
    return [{ from: end, to: next?.generated, why }];
  });
}

/** Packs that a later one was compared with and that are not in the series. */
export function missingPacks(packs: readonly SeriesPack[], stage: string): { named: string; by: string }[] {
  const times = new Set(packs.map(({ generated }) => generated));
  return packs.filter(isUsable).flatMap(({ name, content }) => {
    const before = content.difference?.before;
    return before?.stage === stage && !times.has(before.generated)
      ? [{ named: before.generated, by: name }]
      : [];
  });
}

/** How a control fared, from the first pack that counts to the last; equal neighbours are one span. */
export function timelineOf(packs: readonly SeriesPack[], id: string, everyDays: number, now: string): Span[] {
  const usable = packs.filter(isUsable);
  const gaps = gapsOf(packs, everyDays, now);
  const spans = usable.flatMap((pack, index): Span[] => {
    const next = usable[index + 1]?.generated;
    const gap = gaps.find(({ from, to }) => from > pack.generated && to === next);
    const recorded: Span = { from: pack.generated, to: gap?.from ?? next, ...stateIn(pack.content, id) };
    return gap ? [recorded, { from: gap.from, to: gap.to, state: 'unknown', words: [gap.why] }] : [recorded];
  });
  const same = (a: Span, b: Span): boolean => a.state === b.state && a.words.join() === b.words.join();
  return spans.reduce<Span[]>((joined, span) => {
    const last = joined.at(-1);
    return last && same(last, span) ? [...joined.slice(0, -1), { ...last, to: span.to }] : [...joined, span];
  }, []);
}

/** The pack that speaks for an instant, or why none does. */
export function packAt(
  packs: readonly SeriesPack[],
  instant: string,
  everyDays: number,
  now: string,
):
  | { readonly pack: UsablePack }
  | { readonly why: string; readonly before?: UsablePack; readonly after?: UsablePack } {
  const usable = packs.filter(isUsable);
  const before = usable.filter(({ generated }) => generated <= instant).at(-1);
  const after = usable.find(({ generated }) => generated > instant);
  const around = { ...(before && { before }), ...(after && { after }) };
  if (instant > now) return { why: 'that is in the future', ...around };
  if (before === undefined) return { why: 'the series begins later', ...around };
  const gap = gapsOf(packs, everyDays, now).find(
    ({ from, to }) => from <= instant && (to === undefined || instant < to),
  );
  return gap ? { why: gap.why, ...around } : { pack: before };
}
