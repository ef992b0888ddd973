import { randomUUID } from 'node:crypto';
import { uploadAnswerSchema } from '../../../lambda/domain/api-schemas';
import { type ContactContext, type Exercise, evaluated, notShown, pause } from './exercise';

/** As long as the form says: what is refused here is refused for its form, not for its content. */
const FILE = Buffer.alloc(4096, 'not to be looked at');

async function form({ api, now }: ContactContext) {
  const body = JSON.stringify({
    fileName: 'first-contact.jpg',
    contentType: 'image/jpeg',
    size: FILE.length,
  });
  const answer = await api.callPatiently('/upload', now().getTime() + 60_000, { method: 'POST', body });
  if (answer.status !== 201) return undefined;
  return uploadAnswerSchema.required().parse(answer.json()).upload;
}

/** Forms are good for five minutes. */
const FORM_SECONDS = 300;

/** What must be refused at the public edge. */
export const REFUSALS: readonly Exercise[] = [
  {
    id: 'refused-without-key',
    edge: 'stranger → API',
    contracts: [],
    expected: '401 or 403',
    does: 'asks the API with a key that nobody issued',
    cost: 'nothing',
    run: async ({ api }) => {
      const answer = await api.call('/images', { headers: { 'x-api-key': `no-such-key-${randomUUID()}` } });
      return evaluated(answer.status === 401 || answer.status === 403, `HTTP ${answer.status}`);
    },
  },
  {
    id: 'refused-foreign-image',
    edge: 'client → API: an image of nobody',
    contracts: [],
    expected: '404',
    does: 'asks for an image that is not the client’s',
    cost: 'nothing',
    run: async ({ api }) => {
      const answer = await api.call(`/images/${randomUUID()}`);
      return evaluated(answer.status === 404, `HTTP ${answer.status}`);
    },
  },
  {
    id: 'refused-form-for-another-key',
    edge: 'client → S3: a form, changed to another place',
    contracts: [],
    expected: '403 by S3',
    does: 'takes a form, changes the key in it, and posts a file with it',
    cost: 'nothing',
    run: async (context) => {
      const given = await form(context);
      if (given === undefined) return notShown('the API gave no form');
      const fields = { ...given.fields, key: `cats/${randomUUID()}.jpg` };
      const answer = await context.api.postForm({ ...given, fields }, FILE);
      return evaluated(answer.status === 403, `HTTP ${answer.status}`);
    },
  },
  {
    id: 'refused-stale-form',
    edge: 'client → S3: a form that is over',
    contracts: [],
    expected: '403 by S3',
    does: 'takes a form, waits until it is over, and posts a file with it',
    cost: 'nothing; takes five minutes',
    needsAws: 'it refuses a stale form as well, which the tests show; here five minutes are spared',
    run: async (context) => {
      const given = await form(context);
      if (given === undefined) return notShown('the API gave no form');
      await pause(context, (FORM_SECONDS + 10) * 1000);
      const answer = await context.api.postForm(given, FILE);
      return evaluated(answer.status === 403, `HTTP ${answer.status}`);
    },
  },
];
