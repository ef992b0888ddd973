/** What the alert topic sends: an alarm of CloudWatch, an event, or a text of ours. */
export interface AlertMessage {
  /** One line for people. */
  title: string;
  /** The message as it came. */
  text: string;
}

const MOST_CHARACTERS = 4000;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The line that tells most: an alarm's name, an event's kind, or the text's first line. */
function titleOf(text: string): string {
  try {
    const json: unknown = JSON.parse(text);
    const told = isObject(json) ? [json['AlarmName'], json['title'], json['detail-type']] : [];
    const title = told.find((value) => typeof value === 'string' && value !== '');
    if (typeof title === 'string') return title;
  } catch {
    // A text.
  }
  return text.split('\n', 1)[0] ?? '';
}

export const parseAlert = (body: string): AlertMessage => ({
  title: titleOf(body),
  text: body.slice(0, MOST_CHARACTERS),
});
