import { PickleError, PickleReader } from './restricted-pickle';

/** A tensor of 32-bit floats, rows last. */
export interface Weights {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** As PyTorch wrote files before its version 1.6: magic number, protocol, system, tensors, keys, then the numbers. */
const MAGIC = '6cfc9c46f9206aa85019';
const PROTOCOL = 1001;
const FLOAT_BYTES = 4;
const LENGTH_BYTES = 8;
const REBUILD = 'torch._utils _rebuild_tensor_v2';

interface Storage {
  readonly key: string;
  readonly isFloat: boolean;
}

interface Placed {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: number[];
  readonly stride: number[];
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((member) => typeof member === 'number');

/** The way of a persistent id: ('storage', type, key, location, elements, None). */
function storageOf(id: unknown): Storage {
  const [kind, type, key] = Array.isArray(id) ? (id as unknown[]) : [];
  if (kind !== 'storage' || typeof key !== 'string') throw new PickleError('A storage without a key.');
  return { key, isFloat: (type as { name?: unknown } | undefined)?.name === 'torch FloatStorage' };
}

function place([storage, offset, shape, stride]: readonly unknown[]): Placed {
  if (typeof offset !== 'number' || !isNumbers(shape) || !isNumbers(stride) || shape.length !== stride.length)
    throw new PickleError('A tensor without a place.');
  return { storage: storage as Storage, offset, shape, stride };
}

/** The numbers in the order of the shape; they may lie in any other, at the distances that the strides give. */
function inOrder(numbers: Float32Array, { offset, shape, stride }: Placed): Float32Array {
  const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
  let written = 0;
  const copy = (axis: number, start: number): void => {
    const [side = 1, distance = 0] = [shape[axis], stride[axis]];
    for (let index = 0; index < side; index++) {
      const at = start + index * distance;
      if (axis >= shape.length - 1) values[written++] = numbers[at] ?? Number.NaN;
      else copy(axis + 1, at);
    }
  };
  copy(0, offset);
  return values;
}

/** Names a type of storage; it is no call. */
const notCalled = (): never => {
  throw new PickleError('A type of storage is not called.');
};

/** The floats of each storage, which follow the pickles in the order of the last. */
function readStorages(
  bytes: Buffer,
  start: number,
  keys: readonly unknown[],
  floats: ReadonlySet<string>,
): Map<string, Float32Array> {
  const storages = new Map<string, Float32Array>();
  let offset = start;
  for (const key of keys) {
    const length = Number(bytes.readBigInt64LE(offset));
    offset += LENGTH_BYTES;
    const isFloat = typeof key === 'string' && floats.has(key);
    const size = length * (isFloat ? FLOAT_BYTES : LENGTH_BYTES);
    if (offset + size > bytes.length) throw new PickleError('The file ends within its numbers.');
    // Copied: the numbers lie at any address, and an array of floats wants a multiple of four.
    if (isFloat)
      storages.set(key, new Float32Array(Uint8Array.from(bytes.subarray(offset, offset + size)).buffer));
    offset += size;
  }
  return storages;
}

/**
 * The float tensors of a checkpoint, by name. Counters, which are whole numbers, are left out.
 * @throws PickleError when it is another format or holds anything but tensors.
 */
export function readCheckpoint(bytes: Buffer): Map<string, Weights> {
  const reader = new PickleReader(
    bytes,
    {
      'collections OrderedDict': () => new Map(),
      [REBUILD]: place,
      'torch FloatStorage': notCalled,
      'torch LongStorage': notCalled,
    },
    storageOf,
  );
  if (reader.read() !== MAGIC || reader.read() !== PROTOCOL)
    throw new PickleError('This is no checkpoint of PyTorch in its first format.');
  const system = reader.read();
  if (!(system instanceof Map) || system.get('little_endian') !== true)
    throw new PickleError('The numbers are not in little-endian order.');
  const tensors = reader.read();
  const keys = reader.read();
  if (!(tensors instanceof Map) || !Array.isArray(keys))
    throw new PickleError('There are no tensors by name.');

  const placed = [...(tensors as Map<string, Placed>)].filter(([, { storage }]) => storage.isFloat);
  const floats = new Set(placed.map(([, { storage }]) => storage.key));
  const storages = readStorages(bytes, reader.offset, keys, floats);
  return new Map(
    placed.map(([name, place]) => {
      const values = inOrder(storages.get(place.storage.key) ?? new Float32Array(), place);
      if (values.includes(Number.NaN)) throw new PickleError(`The numbers of ${name} are not all there.`);
      return [name, { shape: place.shape, values }];
    }),
  );
}
