import { parseThresholds, ThresholdsError } from '../../../lambda/domain/thresholds';

const faultOf = (text: string | undefined): ThresholdsError => {
  try {
    parseThresholds(text);
  } catch (error) {
    if (error instanceof ThresholdsError) return error;
    throw error;
  }
  throw new Error('was accepted');
};

describe('reading the parameter of thresholds', () => {
  test('reads the three numbers', () => {
    expect(parseThresholds('{"accept": 90, "floor": 60, "margin": 15.5}')).toMatchObject({
      accept: 90,
      floor: 60,
      margin: 15.5,
    });
  });

  test('tells a missing parameter from a bad one', () => {
    expect(faultOf(undefined).name).toBe('ThresholdsMissing');
    expect(faultOf('').name).toBe('ThresholdsInvalid');
  });

  test.each([
    ['no JSON', 'accept=90', 'not JSON'],
    ['JSON of another kind', '90', 'value'],
    ['null', 'null', 'value'],
    ['a missing field', '{"accept": 90, "floor": 60}', 'margin'],
    ['a field too many', '{"accept": 90, "floor": 60, "margin": 15, "ceiling": 1}', 'ceiling'],
    ['a number as text', '{"accept": "90", "floor": 60, "margin": 15}', 'accept'],
    ['more than 100', '{"accept": 101, "floor": 60, "margin": 15}', 'accept'],
    ['less than 0', '{"accept": 90, "floor": 60, "margin": -1}', 'margin'],
    ['a floor at accept', '{"accept": 60, "floor": 60, "margin": 15}', 'floor must be below accept'],
    ['a margin at floor', '{"accept": 90, "floor": 60, "margin": 60}', 'margin must be below floor'],
  ])('refuses %s and says what is wrong', (_, text, said) => {
    const fault = faultOf(text);
    expect(fault.name).toBe('ThresholdsInvalid');
    expect(fault.message).toContain(said);
  });
});
