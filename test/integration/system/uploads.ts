import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { uploadAnswerSchema } from '../../../lambda/domain/api-schemas';
import {
  askForForm,
  eventually,
  type GetSystem,
  inlineBody,
  photograph,
  problem,
  record,
  somePicture,
  untilStatus,
  uploadInline,
} from './test-system';

export function describeUploads(system: GetSystem): void {
  const versionsOf = async (prefix: string) => {
    const { aws } = system();
    const { Versions = [] } = await aws.clients.s3.send(
      new ListObjectVersionsCommand({ Bucket: aws.names.pictureBucket, Prefix: prefix }),
    );
    return Versions;
  };

  describe('an upload', () => {
    it('inside the request is classified, moved to its folder and leaves input/', async () => {
      const imageId = await uploadInline(system().demo, await photograph('cat'));
      const view = await untilStatus(system().demo, imageId, 'completed');
      const bucket = system().aws.names.pictureBucket;
      expect(view).toMatchObject({
        ImageID: imageId,
        DetectedAnimal: 'cat',
        S3Location: `s3://${bucket}/cats/${imageId}.jpg`,
        ImageFormat: 'jpg',
        DecisionReason: 'clear',
      });
      expect(view.ConfidenceScore).toBeGreaterThanOrEqual(90);
      expect(view.Labels?.map(({ Name }) => Name)).toContain('Cat');
      const [{ Animal, Score, Boxes: [box] } = { Animal: 'dog', Score: 0, Boxes: [] }] =
        view.Candidates ?? [];
      expect([Animal, Score]).toEqual(['cat', view.ConfidenceScore]);
      // The cat fills most of the photograph.
      expect((box?.Width ?? 0) * (box?.Height ?? 0)).toBeGreaterThan(0.2);
      expect(view.Timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(await versionsOf(`cats/${imageId}`)).toHaveLength(1);
      await eventually(
        async () => ((await versionsOf(`input/${imageId}`)).length === 0 ? true : undefined),
        'the source version is deleted',
      );
    });

    it('by form arrives and is classified', async () => {
      const bytes = await photograph('dog');
      const { imageId, upload } = await askForForm(system().demo, bytes.length);
      expect((await record(system().demo, imageId)).ProcessingStatus).toBe('pending');
      const posted = await system().demo.postForm(upload, bytes);
      expect(posted.status).toBe(204);
      expect(await untilStatus(system().demo, imageId, 'completed')).toMatchObject({
        DetectedAnimal: 'dog',
        FileSize: bytes.length,
      });
    });

    it('of neither animal is other, without an alert', async () => {
      const imageId = await uploadInline(system().demo, await photograph('pizza'));
      expect(await untilStatus(system().demo, imageId, 'completed')).toMatchObject({
        DetectedAnimal: 'other',
        DecisionReason: 'no-animal',
      });
    });

    it('made twice is two images; repeated under one Idempotency-Key it is one', async () => {
      const bytes = await somePicture();
      const first = await uploadInline(system().demo, bytes);
      const second = await uploadInline(system().demo, bytes);
      expect(second).not.toBe(first);
      const send = (body: string) =>
        system().demo.call('/upload', { method: 'POST', body, headers: { 'Idempotency-Key': 'order-17' } });
      const answers = [await send(inlineBody(bytes)), await send(inlineBody(bytes))];
      expect(answers.map(({ status }) => status)).toEqual([202, 202]);
      const ids = answers.map((answer) => uploadAnswerSchema.parse(answer.json()).imageId);
      expect(ids[1]).toBe(ids[0]);
      const other = await send(inlineBody(await somePicture(7), 'image/jpeg', 'other.jpg'));
      expect(other.status).toBe(422);
      expect(problem(other).code).toBe('idempotency-key-reused');
    });

    it('posted to the same key again is put aside: the first picture stands', async () => {
      const bytes = await somePicture();
      const { imageId, upload } = await askForForm(system().demo, bytes.length);
      await system().demo.postForm(upload, bytes);
      const before = await untilStatus(system().demo, imageId, 'completed');
      expect((await system().demo.postForm(upload, bytes)).status).toBe(204);
      const aside = await eventually(async () => {
        const versions = await versionsOf(`quarantine/${imageId}.`);
        return versions.length > 0 ? versions : undefined;
      }, 'the later version is in quarantine');
      expect(aside).toHaveLength(1);
      expect(await record(system().demo, imageId)).toEqual(before);
    });
  });
}
