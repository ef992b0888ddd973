import { entityTag, isKnownTag } from '../../../lambda/domain/entity-tag';

const tag = entityTag('{"items":[]}');

test('a tag is that of the bytes: the same for the same, another for any other, and well-formed', () => {
  expect(entityTag('{"items":[]}')).toBe(tag);
  expect(entityTag('{"items":[] }')).not.toBe(tag);
  // etagc of RFC 9110 section 8.8.3, without W/.
  expect(tag).toMatch(/^"[\x21\x23-\x7e]+"$/);
});

test.each([
  ['the tag itself', tag, true],
  ['one of several', `"other", ${tag}`, true],
  ['made weak by a proxy', `W/${tag}`, true],
  ['anything at all', '*', true],
  ['another', '"other"', false],
  ['without its quotes', tag.slice(1, -1), false],
  ['a part of it', tag.slice(0, 10), false],
  ['nothing', undefined, false],
  ['an empty header', '', false],
])('If-None-Match that holds %s', (_what, header, isKnown) => {
  expect(isKnownTag(header, tag)).toBe(isKnown);
});
