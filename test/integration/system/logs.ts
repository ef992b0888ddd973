import sharp from 'sharp';
import * as z from 'zod';
import { FUNCTION_IDS, type FunctionId } from '../../../lambda/functions';
import { METRICS } from '../../../lambda/domain/metrics';
import { uploadAnswerSchema } from '../../../lambda/domain/api-schemas';
import { askService } from '../../../local/emulator/ask-service';
import { type GetSystem, inlineBody, untilStatus } from './test-system';

const pageSchema = z.object({
  events: z.array(z.object({ message: z.string() })),
  nextToken: z.string().optional(),
});
const FILE_NAME = 'anna-karenina-passport.jpg';
const ARTIST = 'Konstantin Levin';
const ADDRESS = /\b\d{1,3}(\.\d{1,3}){3}\b/;

/** Each was looked at: ids, codes, counts and times. A new one has to be looked at too. */
const KNOWN_FIELDS = [
  ...Object.values<string>(METRICS),
  ...['_aws', 'stage', 'category', 'reason', 'code', 'status', 'outcome', 'receiveCount'],
  // The client is a configured name of an application, by which its alarms are told apart; it is nobody's person.
  // A reviewer is told by a digest; a run of settling counts.
  ...['reviewer', 'settled', 'expired', 'failed'],
  // A run of telling counts, too; which client is a configured name.
  ...['clientId', 'round', 'begun', 'told', 'givenUp', 'disabledFor'],
  ...['client', 'imageId', 'messageId', 'requestId', 'xray_trace_id'],
  ...['level', 'message', 'timestamp', 'service', 'sampling_rate', 'error', 'errorName'],
];

/** After all cases: what the functions wrote while everything above happened. */
export function describeLogs(system: GetSystem): void {
  const linesOf = async (id: FunctionId): Promise<string[]> => {
    const lines: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = pageSchema.parse(
        await askService(system().aws.emulator, 'logs', 'Logs_20140328.FilterLogEvents', {
          logGroupName: system().aws.names.functionLogGroup(id),
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      // The sign of our runtime behind an invocation's last line (local/emulator/prompt_answers.py) is no part of its log.
      expect(page.events.filter(({ message }) => /\u001e|^end of /.test(message))).toEqual([]);
      lines.push(
        ...page.events.flatMap(({ message }) => message.split('\n')).filter((line) => line.startsWith('{')),
      );
      ({ nextToken } = page);
    } while (nextToken !== undefined);
    return lines;
  };

  it('what the functions log holds ids and codes, and nothing of pictures or people', async () => {
    const { demo } = system();
    const telling = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#7a5' } })
      .withExif({ IFD0: { Artist: ARTIST } })
      .jpeg()
      .toBuffer();
    const body = (bytes: Uint8Array) => inlineBody(bytes, 'image/jpeg', FILE_NAME);
    const inline = await demo.call('/upload', { method: 'POST', body: body(telling) });
    expect(inline.status).toBe(202);
    const truncated = telling.subarray(0, telling.length - 40);
    expect((await demo.call('/upload', { method: 'POST', body: body(truncated) })).status).toBe(422);
    expect((await demo.call('/upload', { method: 'POST', body: `{"fileName":"${FILE_NAME}"}` })).status).toBe(
      400,
    );
    const declared = { fileName: FILE_NAME, contentType: 'image/jpeg', size: truncated.length };
    const form = uploadAnswerSchema
      .required()
      .parse((await demo.call('/upload', { method: 'POST', body: JSON.stringify(declared) })).json());
    await demo.postForm(form.upload, truncated);
    await untilStatus(demo, form.imageId, 'quarantined');

    const lines = (await Promise.all(FUNCTION_IDS.map(linesOf))).flat();
    const logged = lines.join('\n');
    expect(logged).toContain(form.imageId);
    const keys = [...system().aws.apiKeys.values()].map(({ value }) => value);
    const base64 = telling.toString('base64');
    for (const told of [FILE_NAME, ARTIST, ...keys, base64.slice(0, 40), base64.slice(200, 240), '127.0.0.1'])
      expect([told, logged.includes(told)]).toEqual([told, false]);
    expect(lines.filter((line) => ADDRESS.test(line.replace(/"stack":"[^"]*"/, '')))).toEqual([]);
    const fields = new Set(lines.flatMap((line) => Object.keys(JSON.parse(line) as object)));
    expect([...fields].filter((field) => !KNOWN_FIELDS.includes(field))).toEqual([]);
  });
}
