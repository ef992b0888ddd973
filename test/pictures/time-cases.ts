import type { ImageFormat } from '../../lambda/domain/category';
import { PictureFault } from '../../lambda/domain/picture-fault';
import { sniffPicture } from '../../lambda/domain/sniff-picture';
import { stripMetadata } from '../../lambda/domain/strip-metadata';
import { type WorstCase, worstCases } from './worst-cases';

const MEGABYTE = 1024 * 1024;
const FILL = 14 * MEGABYTE;
const ROUNDS = 5;
/** Shorter files say more of the clock than of the code. */
const SHORTEST_FILE = 64 * 1024;

/** Shorter work is done so often that it takes so long, in milliseconds: clocks of processor time are coarse. */
const SHORTEST_TIME = 20;

export interface Timed {
  readonly name: string;
  readonly isOrdinary: boolean;
  readonly megabytes: number;
  /** Milliseconds for checking and stripping a megabyte. */
  readonly cost: number;
  /** The same over what {@link readOnce} took just before and after: what a machine or its load makes slower, it makes both. */
  readonly passes: number;
  /** How often as long it takes for twice the bytes; undefined where a bound keeps both at one size, or the work ends at once. */
  readonly growth: number | undefined;
}

/** Every byte taken into one sum, by code as plain as it can be: what no check of a whole file can be faster than. */
function readOnce(bytes: Uint8Array): number {
  let [sum, at] = [0, 0];
  while (at < bytes.length) {
    sum = (Math.imul(sum, 31) + (bytes[at] ?? 0)) | 0;
    at += 1;
  }
  return sum;
}

/** Checks, and strips what was accepted. */
function check(file: Buffer, format: ImageFormat): void {
  if (!sniffPicture(file, format).accepted) return;
  try {
    stripMetadata(file, format);
  } catch (error) {
    if (!(error instanceof PictureFault)) throw error;
  }
}

/** Processor time of some work, in milliseconds: what else the machine does is no cost of ours. */
function once(work: () => unknown, times: number): number {
  const begin = process.cpuUsage();
  for (let time = 0; time < times; time += 1) work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000 / times;
}

/** The shortest of some rounds: compiler and collector only add. */
function shortest(work: () => unknown): number {
  const times = Math.min(50, Math.ceil(SHORTEST_TIME / Math.max(once(work, 1), 0.1)));
  return Math.min(...Array.from({ length: ROUNDS }, () => once(work, times)));
}

const PASS = Buffer.alloc(4 * MEGABYTE, 0x5a);
/** Milliseconds a megabyte. */
const passTime = (): number => shortest(() => readOnce(PASS)) / (PASS.length / MEGABYTE);

function timed({ name, format, isOrdinary = false, make }: WorstCase): Timed {
  const [half, whole] = [make(FILL / 2), make(FILL)];
  const before = passTime();
  const time = shortest(() => {
    check(whole, format);
  });
  const pass = Math.min(before, passTime());
  const megabytes = Math.max(whole.length, SHORTEST_FILE) / MEGABYTE;
  const isLonger = whole.length > half.length * 1.8 && time > SHORTEST_TIME;
  const timeOfHalf = isLonger
    ? shortest(() => {
        check(half, format);
      })
    : undefined;
  const growth =
    timeOfHalf === undefined ? undefined : (time / timeOfHalf / (whole.length / half.length)) * 2;
  const cost = time / megabytes;
  return { name, isOrdinary, megabytes, cost, passes: cost / pass, growth };
}

/** What every worst case costs, the costliest first. */
export async function timeWorstCases(): Promise<Timed[]> {
  const cases = await worstCases();
  // Once for the compiler.
  for (const { format, make } of cases.slice(0, 2)) check(make(FILL), format);
  return cases.map(timed).sort((one, other) => other.passes - one.passes);
}
