import vm from 'node:vm';
import NodeEnvironment from 'jest-environment-node';

/**
 * jest's environment of Node with an ordinary global object. jest's own lies behind an interceptor of Node and a Proxy, which
 * every `Map`, `Object` or `Math` of a test and of what it asks goes through: a loop that makes maps takes ten times as long.
 * What that Proxy is for, emptying a file's globals after it, is not needed here: nothing holds them longer than their context.
 */
export default class PlainEnvironment extends NodeEnvironment {
  constructor(...asked: ConstructorParameters<typeof NodeEnvironment>) {
    const { createContext } = vm;
    // https://nodejs.org/api/vm.html#vmconstantsdont_contextify
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...asked);
    } finally {
      vm.createContext = createContext;
    }
  }
}
