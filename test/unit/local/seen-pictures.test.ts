import type { Detection } from '../../../local/rekognition/detections';
import { rememberPictures } from '../../../local/rekognition/seen-pictures';
import { ServiceError } from '../../../local/rekognition/service-error';

/** Sees in a picture its first byte, and counts how often it looked. */
function countingModel() {
  const looks: number[] = [];
  return {
    looks,
    detect: (bytes: Uint8Array): Promise<Detection[]> => {
      const [first = 0] = bytes;
      looks.push(first);
      if (first === 0)
        return Promise.reject(new ServiceError('InvalidImageFormatException', 'Request has invalid format'));
      return Promise.resolve([
        { label: `${first}`, score: 1, box: { left: 0, top: 0, right: 1, bottom: 1 } },
      ]);
    },
    close: () => Promise.resolve(),
  };
}

const picture = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe('a model that remembers pictures', () => {
  it('looks once at the same bytes, also when they are asked for at once, and at others each', async () => {
    const model = countingModel();
    const { detect } = rememberPictures(model);
    const [first, again] = await Promise.all([detect(picture(7, 1)), detect(picture(7, 1))]);
    expect(again).toEqual(first);
    expect(await detect(picture(7, 1))).toMatchObject([{ label: '7' }]);
    expect(model.looks).toEqual([7]);
    expect(await detect(picture(8, 1))).toMatchObject([{ label: '8' }]);
    await detect(picture(7, 2));
    expect(model.looks).toEqual([7, 8, 7]);
  });

  it('forgets what was asked for longest ago', async () => {
    const model = countingModel();
    const { detect } = rememberPictures(model, 2);
    for (const first of [1, 2, 1, 3, 1, 2]) await detect(picture(first));
    expect(model.looks).toEqual([1, 2, 3, 2]);
  });

  it('looks again at what it refused', async () => {
    const model = countingModel();
    const { detect } = rememberPictures(model);
    await expect(detect(picture(0))).rejects.toThrow(ServiceError);
    await expect(detect(picture(0))).rejects.toThrow(ServiceError);
    expect(model.looks).toEqual([0, 0]);
  });
});
