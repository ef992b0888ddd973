import type { STSClientConfig } from '@aws-sdk/client-sts';

/** Where and as whom; left out, both come from the environment, as for the AWS CLI. */
export type Connection = Pick<STSClientConfig, 'endpoint' | 'credentials' | 'requestHandler' | 'maxAttempts'>;

/** An account's region, to be asked as somebody. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly connection: Connection;
}

/** What is common to the commands of all SDK clients, as far as their types of input and output can be told from it. */
interface SdkCommand<I, O> {
  readonly input: I;
  resolveMiddleware(...parts: never[]): (parts: never) => Promise<{ output: O }>;
}

type SdkClient = new (settings: Connection & { region: string }) => {
  send(command: never): Promise<unknown>;
};

/** A question that the code may put to AWS, with what it needs for it. */
export interface ReadCall<I, O> {
  /** `s3:GetBucketEncryption`, by the name of the operation. */
  readonly name: string;
  /** The IAM actions that AWS authorizes it by. */
  readonly actions: readonly string[];
  send(place: Place, input: I): Promise<O>;
}

/** Any of them, where inputs and answers do not matter. */
export type AnyReadCall = Pick<ReadCall<never, unknown>, 'name' | 'actions'>;

/** A region that does not answer must not hold up the others; a service that throttles is asked again, more slowly. */
const PATIENCE = {
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
  retryMode: 'adaptive',
  maxAttempts: 6,
};

/** Clients of one service, one for each connection and region. */
export function clientsOf<C>(Client: new (settings: Connection & { region: string }) => C) {
  const clients = new WeakMap<Connection, Map<string, C>>();
  return ({ region, connection }: Place): C => {
    const ofConnection = clients.get(connection) ?? new Map<string, C>();
    clients.set(connection, ofConnection);
    const client = ofConnection.get(region) ?? new Client({ region, ...PATIENCE, ...connection });
    ofConnection.set(region, client);
    return client;
  };
}

/**
 * The calls of one service: `calls(IAMClient, 'iam')(GetRoleCommand)`. Each is authorized by the action of its own name,
 * unless the second argument says by which.
 * @param prefix - of the service's actions in IAM.
 */
export function callsOf(Client: SdkClient, prefix: string) {
  const clientFor = clientsOf(Client);
  return <I, O>(Command: new (input: I) => SdkCommand<I, O>, ...actions: string[]): ReadCall<I, O> => {
    const operation = Command.name.replace(/Command$/, '');
    return {
      name: `${prefix}:${operation}`,
      actions: actions.length > 0 ? actions : [`${prefix}:${operation}`],
      send: async (place, input) => (await clientFor(place).send(new Command(input) as never)) as O,
    };
  };
}
