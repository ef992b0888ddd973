const LENGTH = 100_000;
const picture = (last: number): Buffer => Buffer.alloc(LENGTH, 7).fill(last, LENGTH - 1);

test('equal bytes are equal, wherever they stand', () => {
  expect(picture(1)).toEqual(picture(1));
  expect({ files: [new Uint8Array(3)] }).toStrictEqual({ files: [new Uint8Array(3)] });
});

test('one other byte, one more, and bytes of another class are told', () => {
  expect(picture(1)).not.toEqual(picture(2));
  expect({ files: [Buffer.from([1, 2])] }).not.toEqual({ files: [Buffer.from([1, 3])] });
  expect(() => {
    expect(Buffer.from([1, 2])).toEqual(Buffer.from([1, 3]));
  }).toThrow('3');
  expect(Buffer.alloc(3)).not.toEqual(Buffer.alloc(4));
  expect(Buffer.alloc(3)).not.toStrictEqual(new Uint8Array(3));
  expect(Buffer.alloc(3)).toEqual(new Uint8Array(3));
});
