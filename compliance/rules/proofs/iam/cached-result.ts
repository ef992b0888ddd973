import type { EvaluationResult } from './evaluate';

const MOST_REMEMBERED = 300_000;
const results = new Map<string, EvaluationResult>();

/**
 * The answer to a question that was put before, word for word. The self-test asks the same of hundreds of versions of the
 * templates, of which each differs in one policy.
 * @param question everything on which the answer depends; policies by their {@link policyId}.
 */
export function cachedResult(question: string, answer: () => EvaluationResult): EvaluationResult {
  let result = results.get(question);
  if (!result) {
    result = answer();
    if (results.size >= MOST_REMEMBERED) results.clear();
    results.set(question, result);
  }
  return result;
}
