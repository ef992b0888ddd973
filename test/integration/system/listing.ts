import { randomUUID } from 'node:crypto';
import {
  type ImageList,
  imageListSchema,
  type ImageView,
  uploadAnswerSchema,
} from '../../../lambda/domain/api-schemas';
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

    it('comes in either order, by name, by a reference of the client, and by ids', async () => {
      const { demo, partner } = system();
      const ids = (views: readonly ImageView[]) => views.map(({ ImageID }) => ImageID);
      const newest = await everyPage(demo, 'limit=100');
      expect(ids(await everyPage(demo, 'limit=7&order=oldest'))).toEqual(ids(newest).reverse());

      const reference = `case-${randomUUID()}`;
      const fileName = `${reference} a.jpg`;
      const body = (more: object) =>
        JSON.stringify({ fileName, contentType: 'image/jpeg', size: 5000, reference, ...more });
      const made: string[] = [];
      for (const more of [{}, { fileName: 'b.jpg' }]) {
        const answer = await demo.call('/upload', { method: 'POST', body: body(more) });
        made.unshift(uploadAnswerSchema.parse(answer.json()).imageId);
      }
      const found = await everyPage(demo, `reference=${reference}`);
      expect(ids(found).sort()).toEqual([...made].sort());
      expect(found.map((view) => view.Reference)).toEqual([reference, reference]);
      expect(found.every(({ ExpiresAt = '', Timestamp }) => ExpiresAt > Timestamp)).toBe(true);
      const named = `fileName=${encodeURIComponent(fileName)}`;
      expect(ids(await everyPage(demo, `reference=${reference}&${named}`))).toEqual([made[1]]);
      expect(ids(await everyPage(demo, named))).toEqual([made[1]]);
      expect(await everyPage(partner, `reference=${reference}`)).toEqual([]);

      const [theirs = ''] = ids(await everyPage(partner, 'limit=100'));
      const wanted = [made[0], randomUUID(), theirs, made[1]].filter((id) => id !== '');
      expect(ids((await list(demo, wanted.map((id) => `ids=${id}`).join('&'))).items)).toEqual(made);
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
