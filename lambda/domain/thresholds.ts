import * as z from 'zod';
import { ApplicationError } from './errors';

const percent = z.number().min(0).max(100);

/** The decision rule's numbers, in percent of Rekognition's confidence. */
const thresholdShape = {
  accept: percent.describe('at least this confident: the picture is what the winner says'),
  floor: percent.describe('at least this confident, but not accepted: uncertain'),
  margin: percent.describe('the winner must lead the other animal by this much'),
};
export const thresholdsSchema = z
  .strictObject(thresholdShape)
  .refine((t) => t.floor < t.accept, { message: 'floor must be below accept', path: ['floor'] })
  .refine((t) => t.margin < t.floor, { message: 'margin must be below floor', path: ['margin'] });
export type Thresholds = z.infer<typeof thresholdsSchema>;
/** As a record or a message keeps them: how they went together was asked when the parameter was read. */
export const keptThresholdsSchema = z.object(thresholdShape);

/** The thresholds parameter holds nothing that can be used; never the picture's fault. */
export class ThresholdsError extends ApplicationError {
  constructor(
    override readonly name: 'ThresholdsMissing' | 'ThresholdsInvalid',
    detail: string,
  ) {
    super(detail);
  }
}

/**
 * The thresholds of the SSM parameter's text.
 * @param text the parameter's value; undefined when there is no such parameter
 * @throws ThresholdsError that names every bad field
 */
export function parseThresholds(text: string | undefined): Thresholds {
  if (text === undefined) throw new ThresholdsError('ThresholdsMissing', 'there is no such parameter');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ThresholdsError('ThresholdsInvalid', 'not JSON');
  }
  const parsed = thresholdsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'value'}: ${issue.message}`);
  throw new ThresholdsError('ThresholdsInvalid', faults.join('; '));
}
