/** Something in a pickle that is no plain data, or data that ends too early. */
export class PickleError extends Error {
  override readonly name = 'PickleError';
}

/** What a pickle may name and call: for each, what becomes of a call. Nothing else is ever looked up. */
export type AllowedCalls = Readonly<Record<string, (parameters: readonly unknown[]) => unknown>>;

/** A name that a pickle gives, MODULE NAME; it is not imported. */
class NamedGlobal {
  constructor(readonly name: string) {}
}

const STOP = 0x2e;
const LARGEST_WHOLE_BYTES = 6;

/**
 * Reads plain data, and calls of allowed names, out of pickles (protocol 2) that lie one behind the other in a buffer. It
 * runs nothing: a name is compared with a list, and a call is one of ours. What it does not know stops it.
 * https://docs.python.org/3/library/pickletools.html describes the instructions.
 */
export class PickleReader {
  private stack: unknown[] = [];
  private marks: unknown[][] = [];
  private memo = new Map<number, unknown>();

  constructor(
    private readonly bytes: Buffer,
    private readonly calls: AllowedCalls,
    /** Makes a value of a persistent id. */
    private readonly persistent: (id: unknown) => unknown,
    /** Where the next pickle begins. */
    public offset = 0,
  ) {}

  /**
   * The next pickle's value; `offset` stands behind it then.
   * @throws PickleError for an unknown instruction, a name that is not allowed, or an early end.
   */
  read(): unknown {
    this.stack = [];
    this.marks = [];
    this.memo = new Map();
    for (let code = this.uint(1); code !== STOP; code = this.uint(1)) this.execute(code);
    return this.pop();
  }

  private execute(code: number): void {
    const instruction = INSTRUCTIONS[code];
    if (!instruction)
      throw new PickleError(
        `The pickle holds the instruction 0x${code.toString(16)}, which is not read here.`,
      );
    instruction(this);
  }

  take(length: number): Buffer {
    if (this.offset + length > this.bytes.length) throw new PickleError('The pickle ends too early.');
    const taken = this.bytes.subarray(this.offset, this.offset + length);
    this.offset += length;
    return taken;
  }

  uint(length: number): number {
    return this.take(length).readUIntLE(0, length);
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.offset);
    if (end < 0) throw new PickleError('The pickle ends too early.');
    const text = this.take(end - this.offset).toString('latin1');
    this.offset += 1;
    return text;
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw new PickleError('The pickle takes more than it made.');
    return this.stack.pop();
  }

  mark(): void {
    this.marks.push(this.stack);
    this.stack = [];
  }

  /** What was made since the last mark. */
  sinceMark(): unknown[] {
    const taken = this.stack;
    const outer = this.marks.pop();
    if (!outer) throw new PickleError('The pickle has no mark there.');
    this.stack = outer;
    return taken;
  }

  remember(index: number): void {
    this.memo.set(index, this.stack.at(-1));
  }

  recall(index: number): void {
    if (!this.memo.has(index)) throw new PickleError('The pickle recalls what it did not make.');
    this.push(this.memo.get(index));
  }

  name(): void {
    const name = `${this.line()} ${this.line()}`;
    if (!Object.hasOwn(this.calls, name))
      throw new PickleError(`The pickle names ${name}, which is not allowed.`);
    this.push(new NamedGlobal(name));
  }

  call(): void {
    const parameters = this.pop();
    const callee = this.pop();
    if (!(callee instanceof NamedGlobal) || !Array.isArray(parameters))
      throw new PickleError('The pickle calls something that is not allowed.');
    this.push(this.calls[callee.name]?.(parameters));
  }

  persist(): void {
    this.push(this.persistent(this.pop()));
  }

  setItems(items: readonly unknown[]): void {
    const target = this.stack.at(-1);
    if (!(target instanceof Map))
      throw new PickleError('The pickle sets an item of something that has none.');
    for (let index = 0; index + 1 < items.length; index += 2) target.set(items[index], items[index + 1]);
  }

  append(items: readonly unknown[]): void {
    const target = this.stack.at(-1);
    if (!Array.isArray(target)) throw new PickleError('The pickle appends to something that is no list.');
    target.push(...items);
  }
}

/** A tuple of so many values from the top. */
const tuple = (reader: PickleReader, length: number): void => {
  const values = Array.from({ length }, () => reader.pop());
  reader.push(values.reverse());
};

const INSTRUCTIONS: Readonly<Record<number, (reader: PickleReader) => void>> = {
  /* PROTO */ 0x80: (reader) => {
    if (reader.uint(1) !== 2) throw new PickleError('Pickles of protocol 2 are read here only.');
  },
  /* MARK */ 0x28: (reader) => reader.mark(),
  /* GLOBAL */ 0x63: (reader) => reader.name(),
  /* REDUCE */ 0x52: (reader) => reader.call(),
  // The state of an object: metadata that no tensor needs. It is dropped, never applied.
  /* BUILD */ 0x62: (reader) => void reader.pop(),
  /* BINPERSID */ 0x51: (reader) => reader.persist(),
  /* BINPUT */ 0x71: (reader) => reader.remember(reader.uint(1)),
  /* LONG_BINPUT */ 0x72: (reader) => reader.remember(reader.uint(4)),
  /* BINGET */ 0x68: (reader) => reader.recall(reader.uint(1)),
  /* LONG_BINGET */ 0x6a: (reader) => reader.recall(reader.uint(4)),
  /* NONE */ 0x4e: (reader) => reader.push(null),
  /* NEWTRUE */ 0x88: (reader) => reader.push(true),
  /* NEWFALSE */ 0x89: (reader) => reader.push(false),
  /* BININT */ 0x4a: (reader) => reader.push(reader.take(4).readInt32LE()),
  /* BININT1 */ 0x4b: (reader) => reader.push(reader.uint(1)),
  /* BININT2 */ 0x4d: (reader) => reader.push(reader.uint(2)),
  /* LONG1 */ 0x8a: (reader) => {
    const digits = reader.take(reader.uint(1));
    // Torch's magic number is longer than a number holds exactly; it is compared as text.
    reader.push(
      digits.length <= LARGEST_WHOLE_BYTES ? digits.readIntLE(0, digits.length) : digits.toString('hex'),
    );
  },
  /* BINUNICODE */ 0x58: (reader) => reader.push(reader.take(reader.uint(4)).toString('utf8')),
  /* EMPTY_TUPLE */ 0x29: (reader) => reader.push([]),
  /* TUPLE1 */ 0x85: (reader) => tuple(reader, 1),
  /* TUPLE2 */ 0x86: (reader) => tuple(reader, 2),
  /* TUPLE3 */ 0x87: (reader) => tuple(reader, 3),
  /* TUPLE */ 0x74: (reader) => reader.push(reader.sinceMark()),
  /* EMPTY_LIST */ 0x5d: (reader) => reader.push([]),
  /* APPENDS */ 0x65: (reader) => reader.append(reader.sinceMark()),
  /* EMPTY_DICT */ 0x7d: (reader) => reader.push(new Map()),
  /* SETITEM */ 0x73: (reader) => {
    const value = reader.pop();
    reader.setItems([reader.pop(), value]);
  },
  /* SETITEMS */ 0x75: (reader) => reader.setItems(reader.sinceMark()),
};
