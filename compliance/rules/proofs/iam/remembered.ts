import type { Verdict } from './evaluate';

const MOST_REMEMBERED = 300_000;
const verdicts = new Map<string, Verdict>();

/**
 * The answer to a question that was put before, word for word. The self-test asks the same of hundreds of versions of the
 * templates, of which each differs in one policy.
 * @param question everything on which the answer depends; policies by their {@link policyId}.
 */
export function remembered(question: string, answer: () => Verdict): Verdict {
  let verdict = verdicts.get(question);
  if (!verdict) {
    verdict = answer();
    if (verdicts.size >= MOST_REMEMBERED) verdicts.clear();
    verdicts.set(question, verdict);
  }
  return verdict;
}
