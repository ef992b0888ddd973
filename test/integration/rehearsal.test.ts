import { operationsContext } from '../../bin/operations/context';
import { MINIMUM_PICTURES } from '../../bin/rehearsal/damage';
import { rehearse } from '../../bin/rehearsal/rehearse';
import { rehearseRestore } from '../../bin/rehearsal/rehearse-restore';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws';
import { silentProgress } from '../../tools/setup/progress';
import { MADE_ONCE } from './system/made-for-embedded-aws';

jest.setTimeout(240_000);

describe('the rehearsal of a restore', () => {
  let aws: EmbeddedAws | undefined;
  beforeAll(async () => {
    aws = await startEmbeddedAws({ progress: silentProgress, ...MADE_ONCE });
  }, 180_000);
  afterAll(() => aws?.stop());
  const rehearsal = (options: { count?: number; leaveOutReplay?: boolean } = {}) => {
    if (aws === undefined) throw new Error('The embedded AWS is not up.');
    return rehearseRestore(aws, { count: MINIMUM_PICTURES, print: () => undefined, ...options });
  };
  const resultOf = ({ steps }: Awaited<ReturnType<typeof rehearsal>>, step: RegExp): string =>
    steps.find(({ name }) => step.test(name))?.result ?? '';

  it('brings every surviving picture back once and none that was erased, and tells each step', async () => {
    const result = await rehearsal();
    expect(result.faults).toEqual([]);
    expect(resultOf(result, /recover-pictures/)).toBe('1 undeleted, 1 recovered');
    expect(resultOf(result, /merge-ledger/)).toBe('1 entries added');
    const merged = '2 merged, 1 differs, 1 erased, 3 present';
    const sorted = (text: string) => text.split(', ').sort();
    expect(sorted(resultOf(result, /told only/))).toEqual(sorted(merged));
    expect(sorted(resultOf(result, /merge-restored --yes/))).toEqual(sorted(merged));
    expect(resultOf(result, /--replace/)).toBe('1 replaced');
    expect(resultOf(result, /replay-erasures/)).toBe('2 erased again');
    expect(resultOf(result, /reconcile/)).toBe('bucket and table agree');
    expect(resultOf(result, /discard-restored/)).toBe('3 stores deleted');
    expect(result.steps.every(({ seconds }) => seconds >= 0)).toBe(true);
  });

  it('finds it when the replay of erasures is left out', async () => {
    const { faults } = await rehearsal({ leaveOutReplay: true });
    expect(faults.filter((fault) => fault.endsWith('was erased and has a record'))).toHaveLength(2);
    expect(faults.filter((fault) => fault.endsWith('its client sees it'))).toHaveLength(2);
    expect(faults.every((fault) => fault.includes('was erased'))).toBe(true);
  });

  it('runs dev only, and with a picture for each kind of damage', async () => {
    await expect(rehearse(operationsContext('prod', false), {})).rejects.toThrow(/never prod/);
    await expect(rehearsal({ count: MINIMUM_PICTURES - 1 })).rejects.toThrow(/It takes 8 pictures/);
  });
});
