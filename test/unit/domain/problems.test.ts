import {
  problemDocument,
  ProblemError,
  PROBLEM_CODES,
  PROBLEMS,
  problemSchema,
} from '../../../lambda/domain/problems';

describe('the catalogue of problems', () => {
  test.each(PROBLEM_CODES)('%s is a sound problem document', (code) => {
    const document = problemDocument(code, 'request-1');
    expect(problemSchema.strict().parse(document)).toEqual(document);
    expect(document).toEqual({
      type: `urn:problem-type:serverlessapp:${code}`,
      title: PROBLEMS[code].title,
      status: PROBLEMS[code].status,
      code,
      requestId: 'request-1',
    });
  });

  test('codes are spelled for URNs and titles say one thing each', () => {
    expect(PROBLEM_CODES.filter((code) => !/^[a-z]+(-[a-z]+)*$/.test(code))).toEqual([]);
    expect(new Set(PROBLEM_CODES.map((code) => PROBLEMS[code].title)).size).toBe(PROBLEM_CODES.length);
  });

  test('keep what is known of the occurrence', () => {
    const errors = [{ path: 'size', message: 'too big' }];
    expect(
      problemDocument('picture-rejected', 'r', { detail: 'd', errors, reason: 'animated' }),
    ).toMatchObject({
      detail: 'd',
      errors,
      reason: 'animated',
    });
  });

  test('the error carries code and status', () => {
    const error = new ProblemError('not-found', { detail: 'gone' });
    expect([error.name, error.code, error.status, error.message]).toEqual([
      'ProblemError',
      'not-found',
      404,
      'not-found: gone',
    ]);
  });
});
