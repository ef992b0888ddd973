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

const SHORTEST_TIME = 20;

export interface Timed {
  readonly name: string;
  readonly isOrdinary: boolean;
  readonly megabytes: number;
  /** Milliseconds for checking and stripping a megabyte. */
  readonly cost: number;
  /** How often as long it takes for twice the bytes; undefined where a bound keeps both at one size, or the work ends at once. */
  readonly growth: number | undefined;
}

/** Checks, and strips what was accepted. Processor time, in milliseconds: what else the machine does is no cost of ours. */
function run(file: Buffer, format: ImageFormat): number {
  const begin = process.cpuUsage();
  if (sniffPicture(file, format).accepted) {
    try {
      stripMetadata(file, format);
    } catch (error) {
      if (!(error instanceof PictureFault)) throw error;
    }
  }
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}

/** The shortest of some rounds: compiler and collector only add. */
const shortest = (file: Buffer, format: ImageFormat): number =>
  Math.min(...Array.from({ length: ROUNDS }, () => run(file, format)));

function timed({ name, format, isOrdinary = false, make }: WorstCase): Timed {
  const [half, whole] = [make(FILL / 2), make(FILL)];
  const time = shortest(whole, format);
  const megabytes = Math.max(whole.length, SHORTEST_FILE) / MEGABYTE;
  const isLonger = whole.length > half.length * 1.8 && time > SHORTEST_TIME;
  const growth = isLonger ? (time / shortest(half, format) / (whole.length / half.length)) * 2 : undefined;
  return { name, isOrdinary, megabytes, cost: time / megabytes, growth };
}

/** What every worst case costs, the costliest first. */
export async function timeWorstCases(): Promise<Timed[]> {
  const cases = await worstCases();
  // Once for the compiler.
  for (const { format, make } of cases.slice(0, 2)) run(make(FILL), format);
  return cases.map(timed).sort((one, other) => other.cost - one.cost);
}
