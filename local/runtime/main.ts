import type { Context } from 'aws-lambda';
import dns from 'node:dns';
import * as modules from 'node:module';
import { join } from 'node:path';
import { loopbackLookup } from '../emulator/loopback';
import { type Activity, imageIdOf, outcomeOf, writeActivity } from './activity';
import { addApiKeyId } from './api-key-id';
import { errorPayload, type Invocation, RuntimeApi } from './runtime-api';

/**
 * Runs a function's own bundle as a custom runtime of the embedded AWS, which gives it what AWS gives: the event, the
 * context, errors by their own names. Started by the bootstrap script that the deployer puts into each archive.
 */
/** Callback-style handlers, and what the context holds for them, are not supported. */
type InvocationContext = Omit<Context, 'done' | 'fail' | 'succeed'>;
type Handler = (event: unknown, context: InvocationContext) => unknown;

/** https://nodejs.org/api/module.html#module-compile-cache, which our types of Node are older than. */
const { enableCompileCache, flushCompileCache } = modules as unknown as {
  readonly enableCompileCache: (directory: string) => unknown;
  readonly flushCompileCache: () => void;
};

/** No line of a function begins with it: Unicode keeps U+001E for the end of a record. */
const LOG_END = '\u001eend of ';

class MissingVariableError extends Error {
  override readonly name = 'Runtime.MissingVariable';
}

const variable = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new MissingVariableError(name);
  return value;
};

function loadHandler(): Handler {
  const taskRoot = variable('LAMBDA_TASK_ROOT');
  const [file = '', name = ''] = variable('_HANDLER').split('.');
  const exports = modules.createRequire(join(taskRoot, 'function.js'))(`./${file}`) as Record<
    string,
    Handler
  >;
  const handler = exports[name];
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${file}.${name} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  return handler;
}

function contextOf(invocation: Invocation): InvocationContext {
  const functionName = variable('AWS_LAMBDA_FUNCTION_NAME');
  return {
    awsRequestId: invocation.requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: variable('AWS_LAMBDA_FUNCTION_VERSION'),
    invokedFunctionArn: invocation.functionArn,
    memoryLimitInMB: variable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: variable('AWS_LAMBDA_LOG_STREAM_NAME'),
    getRemainingTimeInMillis: () => invocation.deadlineMilliseconds - Date.now(),
  };
}

/** Tells whoever watches what becomes of an invocation. */
function teller({ event }: Invocation): (what: Pick<Activity, 'phase' | 'outcome' | 'imageId'>) => void {
  const begin = Date.now();
  const functionName = variable('AWS_LAMBDA_FUNCTION_NAME');
  const imageId = imageIdOf(event);
  return (what) => {
    const at = Date.now();
    writeActivity(variable('SERVERLESSAPP_ACTIVITY'), {
      at,
      functionName,
      ...what,
      imageId: what.imageId ?? imageId,
      ...(what.phase === 'begun' ? {} : { milliseconds: at - begin }),
    });
  };
}

/** Behind the last line of an invocation, so that nobody waits for more: local/emulator/prompt_answers.py reads it and keeps it. */
const endLog = ({ requestId }: Invocation): boolean => process.stdout.write(`${LOG_END}${requestId}\n`);

async function serve(): Promise<void> {
  enableCompileCache(variable('SERVERLESSAPP_COMPILED'));
  const api = new RuntimeApi(variable('AWS_LAMBDA_RUNTIME_API'));
  let handler: Handler;
  try {
    handler = loadHandler();
  } catch (error) {
    await api.reportInitError(errorPayload(error));
    throw error;
  }
  for (;;) {
    const invocation = await api.next();
    if (invocation.traceId) process.env['_X_AMZN_TRACE_ID'] = invocation.traceId;
    const tell = teller(invocation);
    tell({ phase: 'begun' });
    try {
      const event = addApiKeyId(invocation.event, variable('SERVERLESSAPP_API_KEYS'));
      const result = await handler(event, contextOf(invocation));
      tell({ phase: 'ended', ...outcomeOf(result) });
      endLog(invocation);
      await api.respond(invocation.requestId, result);
    } catch (error) {
      const payload = errorPayload(error);
      tell({ phase: 'failed', outcome: payload.errorType });
      endLog(invocation);
      await api.reportError(invocation.requestId, payload);
    }
    // The next process of this function starts from it; whoever started so has nothing to add. One that ends is killed.
    flushCompileCache();
  }
}

// The SDK's host prefixes make names such as sync-localhost, which no resolver knows.
dns.lookup = loopbackLookup as typeof dns.lookup;
serve().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
