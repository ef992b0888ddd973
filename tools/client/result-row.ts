import type { Category } from '../../lambda/domain/category';

/** What became of one file; the rows of `--json`. */
export interface ResultRow {
  /** As the user named it. */
  file: string;
  imageId: string | null;
  category: Category | null;
  /** Percent, of the stronger animal. */
  confidence: number | null;
  /**
   * `rejected`: the API refused it at once. `unreadable`: it never left this machine. `failed`: no final state in time,
   * or not the picture's fault.
   */
  status: 'completed' | 'quarantined' | 'rejected' | 'unreadable' | 'failed';
  reason: string;
  s3Location: string | null;
  /** From the first request to the final state. */
  milliseconds: number;
}

/** Whether the picture reached a final state: decided, in quarantine, or refused with a reason. */
export const isFinal = ({ status }: ResultRow): boolean =>
  status === 'completed' || status === 'quarantined' || status === 'rejected';

/** The row as `--json` writes it: what never left this machine was rejected by it. */
export const jsonRow = (row: ResultRow) =>
  row.status === 'unreadable' ? { ...row, status: 'rejected', reason: `unreadable: ${row.reason}` } : row;
