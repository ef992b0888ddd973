import { Webhook } from 'standardwebhooks';
import * as fc from 'fast-check';
import {
  webhookHeaders,
  webhookSecretSchema,
  webhookSignature,
} from '../../../lambda/domain/webhook-signature';
import { attemptOutcome, healthAfter, pauseAfter } from '../../../lambda/domain/webhook-endpoint';

describe('a signature', () => {
  it('is that of the vector which the reference libraries share', () => {
    // https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/javascript/src/index.test.ts
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1614265330,
      body: '{"test": 2432232314}',
    };
    expect(webhookSignature('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', message)).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('is what the reference library makes of any message and secret', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), fc.string(), (bytes, body) => {
        const secret = `whsec_${Buffer.from(bytes).toString('base64')}`;
        const timestamp = 1_700_000_000;
        expect(webhookHeaders([secret], { id: 'msg_1', timestamp, body })['webhook-signature']).toBe(
          new Webhook(secret).sign('msg_1', new Date(timestamp * 1000), body),
        );
      }),
    );
  });

  it.each([
    ['', 'no secret'],
    ['whsec_', 'no bytes'],
    [`whsec_${Buffer.alloc(23).toString('base64')}`, 'fewer than 24 bytes'],
    [`whsec_${Buffer.alloc(65).toString('base64')}`, 'more than 64 bytes'],
    [Buffer.alloc(32).toString('base64'), 'without its prefix'],
  ])('is not made with %p: %s', (secret) => {
    expect(webhookSecretSchema.safeParse(secret).success).toBe(false);
  });

  it('is made with what the rotation stores', () => {
    const drawn = 'aB3'.repeat(16);
    expect(webhookSecretSchema.safeParse(`whsec_${Buffer.from(drawn).toString('base64')}`).success).toBe(
      true,
    );
  });
});

describe('an attempt', () => {
  it.each([
    [{ status: 200 }, 'told'],
    [{ status: 204 }, 'told'],
    [{ status: 302 }, 'failed'],
    [{ error: 'States.Http.StatusCode.301' }, 'failed'],
    [{ error: 'States.Http.StatusCode.410' }, 'gone'],
    [{ error: 'States.Http.StatusCode.500' }, 'failed'],
    [{ error: 'States.Timeout' }, 'failed'],
    [{}, 'failed'],
  ])('%p is %s', (answer, outcome) => {
    expect(attemptOutcome(answer)).toBe(outcome);
  });

  it('is repeated over a day and no longer', () => {
    let seconds = 0;
    let attempts = 1;
    for (let pause = pauseAfter(attempts); pause !== undefined; pause = pauseAfter(++attempts))
      seconds += pause;
    expect({ attempts, hours: seconds / 3600 }).toEqual({ attempts: 8, hours: 24 });
  });

  it('of many that got through shows that the endpoint works', () => {
    const failing = { revision: 'r', failingSince: 1 };
    expect(healthAfter(failing, ['failed', 'told', 'failed'], 5)).toEqual({ revision: 'r' });
    expect(healthAfter(failing, [], 5)).toBe(failing);
  });
});
