import { readFileSync } from 'node:fs';
import path from 'node:path';
import { actCosts, clientActs, costOf } from '../../../tools/cost/client-costs';
import { type CostGroup, pictureCosts, perMillion } from '../../../tools/cost/picture-costs';
import { type PictureRun, runOnePicture } from '../../../tools/cost/picture-run';
import { monthly, standingCosts } from '../../../tools/cost/standing-costs';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { mutated, ofType, put, synthesized, type SynthesizedStage } from '../../support/synthesized-stage';

const read = (document: string): string => readFileSync(path.join(PROJECT_ROOT, document), 'utf8');
const prod = synthesized('prod');
let run: PictureRun;
beforeAll(async () => {
  run = await runOnePicture();
});

const sumOf = (stage: SynthesizedStage, ...groups: CostGroup[]): number =>
  pictureCosts(stage, run)
    .filter(({ group }) => groups.includes(group))
    .reduce((sum, line) => sum + perMillion(line), 0);
const standing = (stage: SynthesizedStage): number =>
  standingCosts(stage).reduce((sum, cost) => sum + monthly(cost), 0);

describe('what a million more pictures cost', () => {
  it('is mostly Rekognition: processing adds a tenth at most', () => {
    expect(sumOf(prod, 'detection')).toBe(1000);
    expect(sumOf(prod, 'processing')).toBeLessThanOrEqual(0.1 * sumOf(prod, 'detection'));
  });
  it('follows the memory in the templates', () => {
    const larger = mutated(
      prod,
      'AWS::Lambda::Function',
      (properties) => {
        put(properties, 10_240, 'MemorySize');
      },
      ({ FunctionName }) => FunctionName === prod.names.function('intake'),
    );
    expect(sumOf(larger, 'processing')).toBeGreaterThan(0.1 * sumOf(prod, 'detection'));
  });
  it('follows what the trail takes in', () => {
    const silent = mutated(prod, 'AWS::CloudTrail::Trail', (properties) => {
      put(properties, [], 'AdvancedEventSelectors');
    });
    expect(sumOf(silent, 'audit')).toBe(0);
    expect(sumOf(prod, 'audit')).toBeGreaterThan(0);
  });
  it('counts a second look of Rekognition, and refuses a call without a price', () => {
    const [again] = run.calls.filter(({ name }) => name === 'detector.detect');
    if (again === undefined) throw new Error('Rekognition was not asked.');
    const twice = { ...run, calls: [...run.calls, again] };
    const detection = pictureCosts(prod, twice).filter(({ group }) => group === 'detection');
    expect(detection.map(perMillion)).toEqual([2000]);
    const unpriced = { ...run, calls: [{ ...again, name: 'reviews.publish' }] };
    expect(() => pictureCosts(prod, unpriced)).toThrow('no price for sns:Publish');
  });
});

describe('what a stage costs without pictures', () => {
  it('is led by the interface endpoints, one a zone', () => {
    const [endpoints, ...others] = standingCosts(prod).map(monthly);
    expect(endpoints).toBeGreaterThan(others.reduce((sum, cost) => sum + cost, 0));
  });
  it('stands in the documents as the command prints it', () => {
    const [inProd, inDev] = [prod, synthesized('dev')].map((stage) => standing(stage).toFixed(0));
    expect(read('docs/performance.md')).toContain(`prod ${inProd} $, dev ${inDev} $`);
  });
  it('is less with a zone less', () => {
    expect(standing(synthesized('dev'))).toBeLessThan(standing(prod));
  });
  it('knows the runs that tell clients, where one is told', () => {
    const runs = (stage: SynthesizedStage) =>
      standingCosts(stage)
        .filter(({ price }) => price === 'transition')
        .map(monthly);
    expect(runs(prod)).toEqual([0]);
    // A run each minute of four transitions, for one client.
    expect(runs(synthesized('dev'))[0]).toBeCloseTo(730 * 60 * 4 * 0.000025);
  });
  it('grows with a key', () => {
    const key = ofType(prod, 'AWS::KMS::Key').slice(0, 1);
    expect(standing({ ...prod, resources: [...prod.resources, ...key] })).toBeCloseTo(standing(prod) + 1);
  });
});

describe('what a client makes happen without a picture that is decided', () => {
  it('costs less an hour than the pictures that its plan lets it send, however much it waits', async () => {
    const [wait] = await clientActs();
    if (wait?.perHour === undefined) throw new Error('Waits are not bounded.');
    const picture = sumOf(prod, 'detection', 'processing', 'audit') / 1_000_000;
    const smallest = Math.min(...prod.config.plans.map(({ picturesPerHour }) => picturesPerHour));
    expect(wait.perHour * costOf(prod, wait)).toBeLessThan(smallest * picture);
  });
  it('counts what the handlers do: a wait holds its function, a post behind the picture is neither read nor kept', async () => {
    const [wait, post] = await clientActs();
    const names = (calls: readonly { readonly name: string }[] = []) => calls.map(({ name }) => name);
    expect(names(wait?.calls).filter((name) => name === 'log.get').length).toBeGreaterThan(10);
    expect(names(wait?.calls)).toEqual(expect.arrayContaining(['slots.take', 'slots.release']));
    expect(names(post?.calls)).toContain('pictures.deleteVersion');
    expect(names(post?.calls)).not.toContain('pictures.getVersion');
    expect(wait && costOf(prod, wait)).toBeGreaterThan(5 * (post ? costOf(prod, post) : Infinity));
    expect(post && actCosts(prod, post).some(({ price }) => price === 'image')).toBe(false);
  });
});
