import { s3Client } from '../../../lambda/adapters/s3-picture-store';
import { INTERACTIVE } from '../../../lambda/adapters/client-configuration';
import { copyPicture, storedPicture } from '../../../bin/operations/restore/copy-picture';
import { sha256 } from '../../../lambda/domain/digest';
import { StubbedAws, type StubbedRequest, useFunctionEnvironment, xmlError } from '../../support/stubbed-aws';

useFunctionEnvironment();

const FROM = { bucket: 'restored', key: 'dogs/a.jpg', versionId: 'v/1' };
const TO = { bucket: 'running', key: 'dogs/a.jpg' };

const stub = (sha256: string, refusal?: string) => {
  const aws = new StubbedAws();
  aws.answer = ({ method }: StubbedRequest) => {
    if (method === 'HEAD') return { headers: { etag: '"e"', 'x-amz-checksum-sha256': sha256 } };
    if (method === 'DELETE') return { status: 204 };
    return refusal === undefined
      ? {
          headers: { 'x-amz-version-id': 'v2' },
          body: '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>',
        }
      : xmlError(refusal, refusal === 'NoSuchKey' ? 404 : 412);
  };
  return { aws, s3: aws.attach(s3Client({ ...INTERACTIVE, attempts: 1 })) };
};

describe('copying a picture', () => {
  it('asks S3 to copy this version where nothing stands, with type and metadata, and to compute its checksum', async () => {
    const { aws, s3 } = stub('right');
    expect(await copyPicture(s3, FROM, TO, 'right')).toBe('copied');
    const { method, headers } = aws.requests[0] ?? {};
    expect(method).toBe('PUT');
    expect(headers).toMatchObject({
      'x-amz-copy-source': 'restored/dogs/a.jpg?versionId=v%2F1',
      'x-amz-metadata-directive': 'COPY',
      'x-amz-tagging-directive': 'REPLACE',
      'x-amz-checksum-algorithm': 'SHA256',
      'if-none-match': '*',
    });
    // The bucket's own key: asking for one would be refused or would be another.
    expect(Object.keys(headers ?? {}).filter((name) => name.includes('server-side-encryption'))).toEqual([]);
  });
  it('overwrites the object that was seen, and no other', async () => {
    const { aws, s3 } = stub('right');
    await copyPicture(s3, FROM, { ...TO, overwrites: '"seen"' }, 'right');
    expect(aws.requests[0]?.headers).toMatchObject({ 'if-match': '"seen"' });
    expect(aws.requests[0]?.headers).not.toHaveProperty('if-none-match');
  });
  it.each([
    ['PreconditionFailed', 'exists'],
    ['NoSuchKey', 'absent'],
  ])('answers %s as %s', async (refusal, outcome) => {
    const { aws, s3 } = stub('right', refusal);
    expect(await copyPicture(s3, FROM, TO, 'right')).toBe(outcome);
    expect(aws.requests).toHaveLength(1);
  });
  it('takes its copy away again when it is not the picture of the record', async () => {
    const { aws, s3 } = stub('wrong');
    expect(await copyPicture(s3, FROM, TO, 'right')).toBe('damaged');
    expect(aws.last).toMatchObject({ method: 'DELETE', query: { versionId: 'v2' } });
  });
  it('reads the copy when S3 keeps no checksum of it', async () => {
    const { aws, s3 } = stub('right');
    const answer = aws.answer;
    aws.answer = (request) =>
      request.method === 'HEAD'
        ? { headers: { etag: '"e"' } }
        : request.method === 'GET'
          ? { body: 'the picture' }
          : answer(request);
    expect(await copyPicture(s3, FROM, TO, sha256('the picture'))).toBe('copied');
    expect(await copyPicture(s3, FROM, TO, sha256('another'))).toBe('damaged');
  });
  it('says so when the role may not look', async () => {
    const { aws, s3 } = stub('right');
    aws.answer = () => ({ status: 403 });
    await expect(storedPicture(s3, TO)).rejects.toThrow('AccessDenied: s3://running/dogs/a.jpg');
  });
  it('passes every other refusal on', async () => {
    const { s3 } = stub('right', 'AccessDenied');
    await expect(copyPicture(s3, FROM, TO, 'right')).rejects.toThrow(/AccessDenied/);
  });
});
