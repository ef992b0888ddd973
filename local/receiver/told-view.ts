import type { ReceivedMessage } from './webhook-receiver';

/** A message as the console shows it. */
export interface ToldView {
  readonly id: string;
  readonly isVerified: boolean;
  readonly isRepeat: boolean;
  /** Of what verified. */
  readonly type?: string;
  readonly imageId?: string;
  /** Category, outcome or reason, in the code of the message. */
  readonly decision?: string;
}

export function toldView({ id, event, isRepeat }: ReceivedMessage): ToldView {
  const about = { id: id ?? '', isVerified: event !== undefined, isRepeat };
  if (event === undefined) return about;
  const { type, data } = event;
  const decision = ['category', 'outcome', 'reason'].flatMap((name) => {
    const value = (data as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'string' ? [value] : [];
  })[0];
  return { ...about, type, imageId: data.imageId, ...(decision !== undefined && { decision }) };
}
