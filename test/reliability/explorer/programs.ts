import { emptyState } from '../../support/in-memory-aws';
import type { InMemorySystem, PortCall } from '../../support/in-memory-system';

/** A port call that a program waits for. */
export interface PendingCall {
  /** In the order in which the program made its calls. */
  readonly number: number;
  readonly call: PortCall;
  /** Makes the call on the system's present state. */
  readonly run: () => Promise<unknown>;
}

export type Answer =
  { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'error'; readonly error: Error };

interface Delivery {
  readonly to: number;
  readonly answer: Answer;
  readonly now: number;
}

/** Where a program stands after the answers it was given. Two runs with the same answers stand at the same point. */
export interface Point {
  readonly id: number;
  readonly pending: ReadonlyMap<number, PendingCall>;
  /** How it ended, when it did. */
  readonly result: Answer | undefined;
}

interface Node extends Point {
  readonly program: () => Promise<unknown>;
  readonly begin: number;
  readonly path: readonly Delivery[];
  readonly children: Map<string, Node>;
}

const printable = (_name: string, value: unknown): unknown =>
  value instanceof Uint8Array ? `${value.length} bytes` : value instanceof Map ? [...value] : value;
const keyOf = ({ to, answer, now }: Delivery): string =>
  answer.kind === 'value'
    ? `${to}=${JSON.stringify(answer.value, printable)}@${now}`
    : `${to}!${answer.error.name}@${now}`;

/** Steps are pure but for their ports, so that whatever runs without waiting for one is over after this. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Runs programs (handlers over ports) one port call at a time. A program in the middle cannot be copied, so it is run
 * anew with the answers it was given before; each point is computed once, whatever interleaving leads to it.
 */
export class Programs {
  private readonly roots = new Map<string, Node>();
  private points = 0;

  /** @param isTransparent calls that are no steps of their own: nothing that matters depends on what they read */
  constructor(
    private readonly system: InMemorySystem,
    private readonly isTransparent: (call: PortCall) => boolean,
  ) {}

  /** @param name the same for the same program with the same input */
  async start(name: string, program: () => Promise<unknown>, now: number): Promise<Point> {
    const key = `${name}@${now}`;
    let root = this.roots.get(key);
    if (root === undefined) {
      root = await this.runAnew(program, now, []);
      this.roots.set(key, root);
    }
    return root;
  }

  async resume(point: Point, to: number, answer: Answer, now: number): Promise<Point> {
    const node = point as Node;
    const delivery = { to, answer, now };
    const key = keyOf(delivery);
    let next = node.children.get(key);
    if (next === undefined) {
      next = await this.runAnew(node.program, node.begin, [...node.path, delivery]);
      node.children.set(key, next);
    }
    return next;
  }

  private async runAnew(
    program: () => Promise<unknown>,
    begin: number,
    path: readonly Delivery[],
  ): Promise<Node> {
    const { system } = this;
    const pending = new Map<number, PendingCall>();
    const settlers = new Map<number, (answer: Answer) => void>();
    let count = 0;
    let result: Answer | undefined;
    system.state = emptyState(begin);
    system.telemetry.clear();
    system.around = (call, run) => {
      if (this.isTransparent(call)) return run();
      const number = count++;
      pending.set(number, { number, call, run });
      return new Promise((resolve, reject) => {
        settlers.set(number, (answer) => {
          if (answer.kind === 'value') resolve(answer.value as Awaited<ReturnType<typeof run>>);
          else reject(answer.error);
        });
      });
    };
    program().then(
      (value) => (result = { kind: 'value', value }),
      (error: unknown) => (result = { kind: 'error', error: error as Error }),
    );
    await settle();
    for (const { to, answer, now } of path) {
      system.state.now = now;
      pending.delete(to);
      settlers.get(to)?.(answer);
      await settle();
    }
    return { id: this.points++, program, begin, path, pending, result, children: new Map() };
  }
}
