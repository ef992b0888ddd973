import { type ImageList, imageListSchema, type ImageView } from '../../../lambda/domain/api-schemas';
import type { ApiClient } from '../../../tools/client/api-client';
import { type GetSystem, problem } from './test-system';

const list = async (api: ApiClient, query: string): Promise<ImageList> => {
  const answer = await api.callPatiently(`/images?${query}`, Date.now() + 30_000);
  if (answer.status !== 200) throw new Error(`GET /images?${query}: ${answer.status} ${answer.text}`);
  return imageListSchema.parse(answer.json());
};

async function everyPage(api: ApiClient, query: string): Promise<ImageView[]> {
  const items: ImageView[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page: ImageList = await list(api, `${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    items.push(...page.items);
    ({ cursor } = page);
  }
  return items;
}

/** After the cases that upload: there is something of each kind. */
export function describeListing(system: GetSystem): void {
  describe('the list of images', () => {
    it('in small pages is the same as in large ones, newest first, each once', async () => {
      const large = await everyPage(system().demo, 'limit=100');
      const small = await everyPage(system().demo, 'limit=3');
      expect(small).toEqual(large);
      expect(large.length).toBeGreaterThan(6);
      const times = large.map(({ Timestamp }) => Timestamp);
      expect(times).toEqual([...times].sort().reverse());
      expect(new Set(large.map(({ ImageID }) => ImageID)).size).toBe(large.length);
    });

    it('is filtered by animal, by status, by both and by time', async () => {
      const all = await everyPage(system().demo, 'limit=100');
      const ids = (views: readonly ImageView[]) => views.map(({ ImageID }) => ImageID).sort();
      const expectSame = async (query: string, matches: (view: ImageView) => boolean) => {
        const expected = all.filter(matches);
        expect(expected.length).toBeGreaterThan(0);
        expect(expected.length).toBeLessThan(all.length);
        expect(ids(await everyPage(system().demo, `limit=4&${query}`))).toEqual(ids(expected));
      };
      await expectSame('animal=cat', (view) => view.DetectedAnimal === 'cat');
      await expectSame('status=quarantined', (view) => view.ProcessingStatus === 'quarantined');
      await expectSame(
        'animal=dog&status=completed',
        (view) => view.DetectedAnimal === 'dog' && view.ProcessingStatus === 'completed',
      );
      const middle = all[Math.floor(all.length / 2)]?.Timestamp ?? '';
      await expectSame(`from=${middle}`, (view) => view.Timestamp >= middle);
      await expectSame(`to=${middle}`, (view) => view.Timestamp <= middle);
    });

    it("shows a client nothing of another's", async () => {
      const mine = new Set((await everyPage(system().demo, 'limit=100')).map(({ ImageID }) => ImageID));
      const theirs = await everyPage(system().partner, 'limit=100');
      expect(theirs.filter(({ ImageID }) => mine.has(ImageID))).toEqual([]);
    });

    it('refuses a cursor that is damaged, of another client or of another list', async () => {
      const { cursor = '' } = await list(system().demo, 'limit=2');
      expect(cursor).not.toBe('');
      const refused: [ApiClient, string][] = [
        [system().demo, `limit=2&cursor=${cursor.slice(0, -2)}AA`],
        [system().demo, 'limit=2&cursor=x.y'],
        [system().demo, `limit=2&animal=cat&cursor=${cursor}`],
        [system().partner, `limit=2&cursor=${cursor}`],
      ];
      for (const [api, query] of refused) {
        const answer = await api.callPatiently(`/images?${query}`, Date.now() + 30_000);
        expect([query, answer.status]).toEqual([query, 400]);
        expect(problem(answer).code).toBe('invalid-cursor');
      }
    });

    it.each(['limit=0', 'limit=101', 'animal=fox', 'status=lost', 'from=yesterday', 'unknown=1'])(
      'refuses %s',
      async (query) => {
        const answer = await system().demo.call(`/images?${query}`);
        expect(answer.status).toBe(400);
        expect(problem(answer).code).toMatch(/^invalid-(query|request)$/);
      },
    );
  });
}
