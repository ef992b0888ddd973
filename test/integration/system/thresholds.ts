import { DeleteParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { eventually, type GetSystem, photograph, record, uploadInline, untilStatus } from './test-system';
import { letLeaseRunOut, withQuickRedelivery } from './quick-redelivery';

/** First of all cases: a function that has read good thresholds keeps them. */
export function describeThresholds(system: GetSystem): void {
  it('without usable thresholds nothing is decided, and nothing lost: the message comes back until they are good', async () => {
    const { aws } = system();
    const Name = aws.names.thresholdsParameter;
    const put = (Value: string) =>
      aws.clients.ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
    const failures = async (): Promise<number> =>
      (await aws.emulator.log()).split('\n').filter((line) => /given back.*"message":"Thresholds/.test(line))
        .length;
    await withQuickRedelivery(system(), async () => {
      await aws.clients.ssm.send(new DeleteParameterCommand({ Name }));
      const imageId = await uploadInline(system().demo, await photograph('cat'));
      await eventually(
        async () => ((await failures()) >= 1 ? true : undefined),
        'refused without thresholds',
      );
      expect((await record(system().demo, imageId)).ProcessingStatus).toBe('processing');
      await letLeaseRunOut(system(), imageId);
      await put('{"accept":50,"floor":60,"margin":15}');
      await eventually(
        async () => ((await failures()) >= 2 ? true : undefined),
        'refused with bad thresholds',
      );
      expect((await record(system().demo, imageId)).DetectedAnimal).toBeUndefined();
      await letLeaseRunOut(system(), imageId);
      await put(JSON.stringify(aws.config.thresholds));
      expect(await untilStatus(system().demo, imageId, 'completed', 'failed')).toMatchObject({
        ProcessingStatus: 'completed',
        DetectedAnimal: 'cat',
      });
    });
  });
}
