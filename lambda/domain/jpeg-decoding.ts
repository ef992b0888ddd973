import { endOfData } from './jpeg-entropy';
import { type JpegFrame, readFrame } from './jpeg-frame';
import { JPEG, isFrameHeader, type JpegSegment } from './jpeg-markers';
import { type JpegScan, readScan, type ScanComponent } from './jpeg-scan';
import {
  huffmanSlot,
  isUsable,
  type JpegTable,
  quantizationSlot,
  RESTART_SLOT,
  tablesOf,
} from './jpeg-tables';
import { PictureFault } from './picture-fault';

/**
 * What a decoder knows when it comes to a scan: the frame, and the tables in force. Remembers which of them a scan took
 * (ITU-T T.81, B.2): no other serves to show the picture.
 */
export class JpegDecoding {
  frame: JpegFrame | undefined;
  /** Tables that some scan takes, by the offset at which they begin. */
  readonly used = new Set<number>();
  private readonly tables = new Map<string, JpegTable>();
  /** Components whose quantization table is settled: the one in force at their first scan. */
  private readonly begun = new Set<ScanComponent['component']>();
  private last: { readonly scan: JpegScan; readonly from: number; end?: number | undefined } | undefined;

  constructor(private readonly bytes: Uint8Array) {}

  /**
   * Takes the next segment, compressed data left out.
   * @throws PictureFault for what decoders refuse
   */
  next(segment: JpegSegment): void {
    if (isFrameHeader(segment.marker)) {
      if (this.frame) throw new PictureFault('malformed', 'two frame headers');
      this.frame = readFrame(this.bytes, segment);
    } else if (segment.marker === JPEG.SOS) {
      if (!this.frame) throw new PictureFault('malformed', 'a scan before the frame header');
      const scan = readScan(this.bytes, segment, this.frame);
      for (const component of scan.components) this.useTables(scan, component);
      this.use(RESTART_SLOT);
      this.last = { scan, from: segment.payloadEnd };
    } else {
      for (const table of tablesOf(this.bytes, segment)) this.tables.set(table.slot, table);
    }
  }

  /**
   * Where the picture ends when the file tells it no more, or tells nonsense: after the last scan's data, if all of the
   * picture is there. Of progressive files only decoding could tell.
   * @param limit offset behind which no data of the last scan stands
   */
  endOfPicture(limit: number): number | undefined {
    const { frame, last } = this;
    if (frame === undefined || frame.isProgressive || last === undefined) return undefined;
    if (this.begun.size < frame.components.length) return undefined;
    last.end ??= endOfData(this.bytes, frame, last.scan, this.tables, last.from, limit);
    return last.end;
  }

  private use(slot: string): JpegTable | undefined {
    const table = this.tables.get(slot);
    if (table) this.used.add(table.start);
    return table;
  }

  private useTables({ holdsDc, holdsAc, refines }: JpegScan, { component, dc, ac }: ScanComponent): void {
    if (!this.begun.has(component)) {
      if (!this.use(quantizationSlot(component.quantization)))
        throw new PictureFault('malformed', 'a scan without its quantization table');
      this.begun.add(component);
    }
    for (const [kind, isNeeded, number] of [
      [0, holdsDc && !refines, dc],
      [1, holdsAc, ac],
    ] as const) {
      if (!isNeeded) continue;
      const table = this.use(huffmanSlot(kind, number));
      // A sequential scan without its table is a frame of a film: decoders take the standard's examples (T.81, K.3).
      if (!table && this.frame?.isProgressive === true)
        throw new PictureFault('malformed', 'a progressive scan without its Huffman table');
      if (table && !isUsable(this.bytes, table, kind === 0))
        throw new PictureFault('malformed', 'a Huffman table of impossible codes');
    }
  }
}
