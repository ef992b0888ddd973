import { hostilePictures } from '../../support/hostile-pictures';
import { askForForm, type GetSystem, inlineBody, problem, somePicture, untilStatus } from './test-system';

/** One of each fault; the whole corpus runs against the sniffer alone. */
const onePerVerdict = async () => {
  const seen = new Set<string>();
  return (await hostilePictures()).filter(({ expected, bytes }) => {
    if (seen.has(expected) || expected === 'accepted' || expected === 'invalid-body') return false;
    if (bytes.length === 0 || bytes.length > 2_000_000) return false;
    seen.add(expected);
    return true;
  });
};

export function describeBadPictures(system: GetSystem): void {
  describe('a bad picture', () => {
    it('inside the request is refused at once with its reason', async () => {
      const pictures = await onePerVerdict();
      expect(pictures.length).toBeGreaterThanOrEqual(6);
      for (const { name, contentType, bytes, expected } of pictures) {
        const answer = await system().demo.callPatiently('/upload', Date.now() + 30_000, {
          method: 'POST',
          body: inlineBody(bytes, contentType),
        });
        expect([name, answer.status, problem(answer).reason]).toEqual([name, 422, expected]);
      }
    });

    it('by form goes to quarantine with its reason on record, and asks Rekognition for nothing', async () => {
      const pictures = await onePerVerdict();
      const callsBefore = system().aws.rekognition.counters.calls;
      const posted = await Promise.all(
        pictures.map(async ({ name, contentType, bytes, expected }) => {
          const { imageId, upload } = await askForForm(system().demo, bytes.length, contentType);
          expect((await system().demo.postForm(upload, bytes)).status).toBe(204);
          return { name, imageId, expected };
        }),
      );
      for (const { name, imageId, expected } of posted) {
        const view = await untilStatus(system().demo, imageId, 'quarantined', 'completed', 'failed');
        expect([name, view.ProcessingStatus, view.QuarantineReason]).toEqual([name, 'quarantined', expected]);
        expect(view.S3Location).toMatch(/\/quarantine\//);
      }
      expect(system().aws.rekognition.counters.calls).toBe(callsBefore);
    });

    it('of no bytes, or declared larger than 15 MB, is refused before any id is given out', async () => {
      for (const size of [0, 15 * 1024 * 1024 + 1, -1, 1.5]) {
        const body = JSON.stringify({ fileName: 'p.jpg', contentType: 'image/jpeg', size });
        const answer = await system().demo.call('/upload', { method: 'POST', body });
        expect([size, answer.status]).toEqual([size, 400]);
        expect(problem(answer).code).toMatch(/^invalid-(body|request)$/);
      }
    });

    it('that only the detector refuses is quarantined', async () => {
      system().aws.rekognition.failNext('InvalidImageFormatException');
      const bytes = await somePicture();
      const { imageId, upload } = await askForForm(system().demo, bytes.length);
      await system().demo.postForm(upload, bytes);
      const view = await untilStatus(system().demo, imageId, 'quarantined', 'completed', 'failed');
      expect(view).toMatchObject({
        ProcessingStatus: 'quarantined',
        QuarantineReason: 'refused-by-detector',
      });
    });
  });
}
