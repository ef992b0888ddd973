import vm from 'node:vm';

test('the global object of a test is an ordinary one, which nothing intercepts', () => {
  const intercepted = vm.runInContext('globalThis', vm.createContext({})) as object;
  expect(vm.isContext(intercepted)).toBe(false);
  expect(vm.isContext(globalThis)).toBe(true);
});

test('has what a test needs besides the language, and the classes of bytes that Node has', () => {
  expect([fetch, URL, setTimeout, structuredClone].map((each) => typeof each)).toEqual(
    Array(4).fill('function'),
  );
  expect(Buffer.from('a')).toBeInstanceOf(Uint8Array);
  expect(globalThis).toBe(global);
});
