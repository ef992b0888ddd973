import { imageViewSchema } from '../../../lambda/domain/api-schemas';
import { BOUNDS } from '../../../lambda/domain/bounds';
import { askForForm, type GetSystem, problem, somePicture, uploadInline } from './test-system';

/** Through the gateway and under the function's own role. */
export function describeWaiting(system: GetSystem): void {
  describe('a client that wants to know soon', () => {
    it('is told by one request that waits, and by its tag that nothing changed since', async () => {
      const { demo } = system();
      const path = `/images/${await uploadInline(demo, await somePicture())}`;
      const waited = await demo.call(`${path}?wait=${BOUNDS.longestWaitSeconds}`);
      expect(imageViewSchema.parse(waited.json()).ProcessingStatus).toBe('completed');
      expect(waited.headers).toMatchObject({ 'cache-control': 'private, no-cache' });
      const again = await demo.call(path, { headers: { 'If-None-Match': String(waited.headers['etag']) } });
      expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', waited.headers['etag']]);
      const list = await demo.call('/images?limit=1');
      const unchanged = await demo.call('/images?limit=1', {
        headers: { 'If-None-Match': String(list.headers['etag']) },
      });
      expect([list.status, unchanged.status]).toEqual([200, 304]);
    });

    it('has its time, and after it is told when to ask again', async () => {
      const { demo } = system();
      const { imageId } = await askForForm(demo, 1000);
      const begin = performance.now();
      const answer = await demo.call(`/images/${imageId}?wait=2`);
      expect(performance.now() - begin).toBeGreaterThan(1900);
      expect([answer.status, answer.headers['retry-after']]).toEqual([200, '2']);
      const refused = await demo.call(`/images/${imageId}?wait=11`);
      expect([refused.status, problem(refused).errors?.[0]?.path]).toEqual([400, 'wait']);
    });

    it('has so many places to wait; one more is answered at once, and another client waits as if it were alone', async () => {
      const { demo, partner } = system();
      const [own, others] = [await askForForm(demo, 1000), await askForForm(partner, 1000)];
      const timed = async (api: typeof demo, path: string) => {
        const begin = performance.now();
        const { status } = await api.call(path);
        return { status, seconds: (performance.now() - begin) / 1000 };
      };
      const held = Array.from({ length: BOUNDS.waitsAtOnce + 3 }, () =>
        timed(demo, `/images/${own.imageId}?wait=4`),
      );
      const other = timed(partner, `/images/${others.imageId}?wait=4`);
      const answers = await Promise.all(held);
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      // Whoever loses the race for a place does not wait either.
      const waited = answers.filter(({ seconds }) => seconds >= 4).length;
      expect(waited).toBeGreaterThan(0);
      expect(waited).toBeLessThanOrEqual(BOUNDS.waitsAtOnce);
      expect((await other).seconds).toBeGreaterThanOrEqual(4);
    });
  });
}
