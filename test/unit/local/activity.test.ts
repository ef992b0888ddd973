import { inputKey } from '../../../lambda/domain/picture-keys';
import { imageIdOf, outcomeOf } from '../../../local/runtime/activity';

const IMAGE = '0b1f7c7e-5d5e-4c39-9f1c-000000000001';

/** As a queue gets it; https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const objectCreated = (key: string): string =>
  JSON.stringify({
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    detail: { version: '0', bucket: { name: 'amzn-s3-demo-bucket1' }, object: { key, size: 5 } },
  });

test.each([
  [
    "a queue's message: the picture of its key, not the event",
    { Records: [{ body: objectCreated(inputKey(IMAGE, 'demo', 'jpg')) }] },
    IMAGE,
  ],
  ["the workflow's state", { imageId: IMAGE, clientId: 'demo' }, IMAGE],
  ["a request's path", { pathParameters: { id: IMAGE } }, IMAGE],
  [
    'a message that is no event of a picture',
    { Records: [{ body: 'not JSON' }, { body: 'null' }] },
    undefined,
  ],
  ['a list', { pathParameters: null }, undefined],
])('knows which picture a function is at work on: %s', (_what, event, imageId) => {
  expect(imageIdOf(event)).toBe(imageId);
});

test('tells the status that the API answers, and the image that was made', () => {
  expect(outcomeOf({ statusCode: 202, body: JSON.stringify({ imageId: IMAGE }) })).toEqual({
    outcome: '202',
    imageId: IMAGE,
  });
});
