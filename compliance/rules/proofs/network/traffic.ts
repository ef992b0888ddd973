import { ModelError } from '../model/errors';

/** The protocols told apart; `other` stands for every remaining one at once. */
const PROTOCOLS = ['tcp', 'udp', 'icmp', 'icmpv6', 'other'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

interface PortRange {
  readonly from: number;
  readonly to: number;
}

const LAST_PORT = 65_535;
const NUMBERS: Readonly<Record<string, Protocol>> = { '6': 'tcp', '17': 'udp', '1': 'icmp', '58': 'icmpv6' };

function merge(ranges: readonly PortRange[]): PortRange[] {
  const merged: PortRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && range.from <= last.to + 1) {
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else {
      merged.push(range);
    }
  }
  return merged;
}

const intersectRanges = (left: readonly PortRange[], right: readonly PortRange[]): PortRange[] =>
  left.flatMap((a) =>
    right
      .map((b) => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) }))
      .filter((range) => range.from <= range.to),
  );

function subtractRange(ranges: readonly PortRange[], cut: PortRange): PortRange[] {
  return ranges.flatMap((range) =>
    [
      { from: range.from, to: Math.min(range.to, cut.from - 1) },
      { from: Math.max(range.from, cut.to + 1), to: range.to },
    ].filter((piece) => piece.from <= piece.to),
  );
}

/** A set of (protocol, destination port) pairs; immutable. ICMP has no ports: it is all of them or none. */
export class Traffic {
  private constructor(private readonly ports: Readonly<Partial<Record<Protocol, readonly PortRange[]>>>) {}

  static readonly none = new Traffic({});
  static readonly all = new Traffic(
    Object.fromEntries(PROTOCOLS.map((protocol) => [protocol, [{ from: 0, to: LAST_PORT }]])),
  );

  static of(protocol: Protocol, from = 0, to = LAST_PORT): Traffic {
    return new Traffic({ [protocol]: [{ from, to }] });
  }

  /**
   * What a rule's `IpProtocol`, `FromPort` and `ToPort` cover: `-1` is everything, ports count for TCP and UDP only.
   * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
   * @throws ModelError on a protocol that it cannot read, or TCP and UDP without ports.
   */
  static ofRule(ipProtocol: unknown, from: unknown, to: unknown, where: string): Traffic {
    const text = String(ipProtocol).toLowerCase();
    if (text === '-1') return Traffic.all;
    const known = NUMBERS[text] ?? PROTOCOLS.find((protocol) => protocol === text && protocol !== 'other');
    if (known === undefined) {
      if (/^\d{1,3}$/.test(text)) return Traffic.of('other');
      throw new ModelError('malformed-value', where, `"${text}" is not a protocol`);
    }
    if (known !== 'tcp' && known !== 'udp') return Traffic.of(known);
    const [first, last] = [Number(from), Number(to)];
    if (from === undefined || to === undefined || !Number.isInteger(first) || !Number.isInteger(last)) {
      throw new ModelError('malformed-value', where, `${text} needs FromPort and ToPort`);
    }
    return first === -1 ? Traffic.of(known) : Traffic.of(known, first, last);
  }

  get isEmpty(): boolean {
    return PROTOCOLS.every((protocol) => this.rangesOf(protocol).length === 0);
  }

  private rangesOf(protocol: Protocol): readonly PortRange[] {
    return this.ports[protocol] ?? [];
  }

  private combine(
    other: Traffic,
    rule: (a: readonly PortRange[], b: readonly PortRange[]) => readonly PortRange[],
  ): Traffic {
    return new Traffic(
      Object.fromEntries(
        PROTOCOLS.map(
          (protocol) => [protocol, rule(this.rangesOf(protocol), other.rangesOf(protocol))] as const,
        ).filter(([, ranges]) => ranges.length > 0),
      ),
    );
  }

  union(other: Traffic): Traffic {
    return this.combine(other, (a, b) => merge([...a, ...b]));
  }
  intersect(other: Traffic): Traffic {
    return this.combine(other, (a, b) => merge(intersectRanges(a, b)));
  }
  minus(other: Traffic): Traffic {
    return this.combine(other, (a, b) => b.reduce<readonly PortRange[]>(subtractRange, a));
  }
  includes(other: Traffic): boolean {
    return other.minus(this).isEmpty;
  }
  /** Only the protocols of which the predicate holds. */
  onlyProtocols(keep: (protocol: Protocol) => boolean): Traffic {
    return new Traffic(Object.fromEntries(PROTOCOLS.filter(keep).map((p) => [p, this.rangesOf(p)])));
  }
  has(protocol: Protocol): boolean {
    return this.rangesOf(protocol).length > 0;
  }

  /** `tcp 443`, `udp 53, 1024-65535`; `everything` when nothing is left out. */
  describe(): string[] {
    if (this.includes(Traffic.all)) return ['everything'];
    return PROTOCOLS.filter((protocol) => this.has(protocol)).map((protocol) => {
      const ranges = this.rangesOf(protocol);
      const whole = ranges.length === 1 && ranges[0]?.from === 0 && ranges[0].to === LAST_PORT;
      const list = ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
      return whole ? protocol : `${protocol} ${list}`;
    });
  }
}

/** TCP 443: all that a function may use. */
export const HTTPS = Traffic.of('tcp', 443, 443);
