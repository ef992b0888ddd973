// Codes of decisions, refusals and problems, in words.
const REASONS = {
  clear: 'Sure enough, and ahead of the other animal.',
  'low-confidence': 'Seen, but not surely enough: a person decides.',
  'close-call': 'Too close to the other animal: a person decides.',
  'both-animals': 'Both animals are in the picture: a person decides.',
  'no-animal': 'Neither a cat nor a dog was seen.',
  'empty-file': 'The file is empty.',
  'not-a-picture': 'This is not a picture.',
  'unsupported-format': 'Neither JPEG nor PNG.',
  'type-mismatch': 'Not of the type that was declared.',
  truncated: 'The end of the picture is missing.',
  malformed: 'The picture is damaged.',
  'too-small': 'Below 80 pixels.',
  'too-large': 'The file is too large: 15 MB at most.',
  'dimensions-too-large': 'More than 10,000 pixels wide or high.',
  animated: 'Animations are not accepted.',
  'refused-by-detector': 'The detector could not read it.',
};
const PROBLEMS = {
  'invalid-body': 'The API did not take it',
  'invalid-query': 'The API did not understand the question',
  'invalid-cursor': 'This page of the list is no longer there',
  'not-found': 'It is not there, or not any more',
  'image-erased': 'The image was erased',
  'too-many-requests': 'Too many at once; try again in some seconds',
  'quota-exceeded': "The client's quota of the day is used up",
  'review-decided': 'Others have decided this review',
  'review-own-decision': 'You have decided this review, otherwise',
  'review-outdated': 'The review has changed since it was read; it is read again',
  'review-expired': 'The time to decide is over',
  'internal-error': 'The service failed (500). Its log says why; the client is not told',
  'service-unavailable': 'A service behind the API is not available; try again',
  'gateway-timeout': 'It took too long; try again',
};
const FIELDS = {
  fileName: "the file's name",
  contentType: 'the type',
  image: 'the picture',
  size: 'the size',
  from: 'from',
  to: 'to',
};

export const percent = (value) => `${value.toFixed(1)} %`;
/** Most functions take a few milliseconds. */
export const seconds = (milliseconds) =>
  milliseconds < 100
    ? `${Math.max(1, Math.round(milliseconds))} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;

/** `invalid-body: fileName: no / or \`, a bare code, or a text. */
export function explain(text) {
  if (text in REASONS) return REASONS[text];
  const [code, ...rest] = text.split(': ');
  if (!(code in PROBLEMS)) return text;
  const [field, ...faults] = rest;
  const detail = field in FIELDS ? `${FIELDS[field]}: ${faults.join(': ')}` : rest.join(': ');
  return detail === '' ? `${PROBLEMS[code]}.` : `${PROBLEMS[code]}: ${detail}`;
}

/** A problem document of the API, or whatever else was answered. */
export function explainAnswer(text, status) {
  try {
    const { code, detail, errors, reason } = JSON.parse(text);
    if (reason) return explain(reason);
    const [fault] = errors ?? [];
    return explain([code, fault ? `${fault.path}: ${fault.message}` : detail].filter(Boolean).join(': '));
  } catch {
    return text || `HTTP ${status}`;
  }
}

/** What a record came to, in one word. */
export function outcomeOf({ ProcessingStatus, DetectedAnimal }) {
  if (ProcessingStatus === 'completed') return DetectedAnimal;
  return ProcessingStatus === 'quarantined' ? 'quarantined' : ProcessingStatus;
}

/** Why it is so, in a sentence; what a person decided comes before what the models saw. */
export function whyOf({ ProcessingStatus, QuarantineReason, DecisionReason, Review }) {
  if (Review?.Outcome === 'undecided') return 'Nobody decided in time: it stays uncertain.';
  if (Review) return `A person decided: ${Review.Outcome}.`;
  if (ProcessingStatus === 'pending') return 'Announced; the picture itself has not come.';
  return explain(QuarantineReason ?? DecisionReason ?? '');
}
