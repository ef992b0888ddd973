import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { S3PictureLinks } from '../../../lambda/adapters/s3-picture-links';
import { reviewerId } from '../../../lambda/domain/review';
import {
  reviewDecisionAnswerSchema,
  reviewListSchema,
  type ReviewView,
  reviewViewSchema,
} from '../../../lambda/domain/review-schemas';
import { clientSettings } from '../../../local/emulator/clients';
import { takeRole } from '../../../local/client/take-role';
import { send } from '../../../tools/client/api-client';
import { ReviewsClient } from '../../../tools/client/reviews-client';
import { trustOfAccount } from '../deployment/administrator';
import { eventually, type GetSystem, problem, record, untilStatus, uploadInline } from './test-system';
import { sample } from './workflow';

/** A run settles within a minute; a loaded machine may be late. */
const RUN_MILLISECONDS = 80_000;

/** A picture that people decided on, and a link that showed it. */
export interface DecidedPicture {
  readonly imageId: string;
  readonly link: string;
}

/** @returns what they decided on, once they have */
export function describeReviews(system: GetSystem): () => DecidedPicture {
  const as = async (person: string, role = 'reviewer'): Promise<ReviewsClient> => {
    const { apiUrl, config, emulator } = system().aws;
    const credentials = await takeRole(system(), role, person);
    return new ReviewsClient(apiUrl, emulator.agent, { region: config.region, credentials });
  };
  const uncertain = async (client = system().demo): Promise<string> => {
    const imageId = await uploadInline(client, await sample('cat-and-dog.jpg'));
    await untilStatus(client, imageId, 'completed');
    return imageId;
  };
  const reviewOf = async (client: ReviewsClient, imageId: string): Promise<ReviewView> => {
    const answer = await client.read(imageId);
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return reviewViewSchema.parse(answer.json());
  };
  const decision = { outcome: 'dog', reason: 'several-animals', version: 1 } as const;

  let decided: DecidedPicture = { imageId: '', link: '' };

  describe('reviews', () => {
    // First: whoever takes the role later opens its trust, which asks for what the emulator's people do not have.
    it('are for nobody without a second factor, though IAM grants the role', async () => {
      const { clients, config, emulator, names } = system().aws;
      const UserName = 'ada-without-mfa';
      await clients.iam.send(new CreateUserCommand({ UserName }));
      const Resource = names.roleArn('reviewer');
      await clients.iam.send(
        new PutUserPolicyCommand({
          UserName,
          PolicyName: 'take-any-role',
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource }],
          }),
        }),
      );
      const { AccessKey } = await clients.iam.send(new CreateAccessKeyCommand({ UserName }));
      const sts = new STSClient({
        ...clientSettings(emulator),
        credentials: {
          accessKeyId: AccessKey?.AccessKeyId ?? '',
          secretAccessKey: AccessKey?.SecretAccessKey ?? '',
        },
      });
      const take = () => sts.send(new AssumeRoleCommand({ RoleArn: Resource, RoleSessionName: UserName }));
      await expect(take()).rejects.toThrow(/not authorized|AccessDenied/i);
      // The same without the condition is allowed: what refuses is the second factor.
      const { Role } = await clients.iam.send(new GetRoleCommand({ RoleName: names.role('reviewer') }));
      const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
      expect(trust).toContain('aws:MultiFactorAuthAge');
      await clients.iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: names.role('reviewer'),
          PolicyDocument: trustOfAccount(config.account),
        }),
      );
      await expect(take()).resolves.toBeDefined();
    });

    it('show a picture for as long as the link says, and no longer', async () => {
      const imageId = await uncertain();
      const { emulator, names } = system().aws;
      const s3 = new S3Client({
        ...clientSettings(emulator),
        credentials: await takeRole(system(), 'reviews'),
        forcePathStyle: true,
      });
      const link = await new S3PictureLinks(s3, names.pictureBucket).sign(`review/${imageId}.jpg`, 2);
      expect((await send(link, emulator.agent)).status).toBe(200);
      await delay(3_000);
      expect((await send(link, emulator.agent)).status).toBe(403);
    });

    it('are for reviewers alone: no API key, no other role, no forged signature', async () => {
      const imageId = await uncertain();
      for (const path of ['/reviews', `/reviews/${imageId}`])
        expect((await system().demo.call(path)).status).toBe(401);
      const post = { method: 'POST', body: JSON.stringify(decision) };
      expect((await system().demo.call(`/reviews/${imageId}/decision`, post)).status).toBe(401);
      for (const role of ['auditor', 'operator', 'data-steward']) {
        const other = await as('ada', role);
        expect([(await other.list()).status, (await other.decide(imageId, decision)).status]).toEqual([
          403, 403,
        ]);
      }
      expect((await record(system().demo, imageId)).Review).toBeUndefined();
    });

    it('are for no other role, whatever its own policies grant', async () => {
      const { clients, names } = system().aws;
      const granted = { RoleName: names.role('auditor'), PolicyName: 'invoke-everything' };
      const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }];
      await clients.iam.send(
        new PutRolePolicyCommand({
          ...granted,
          PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
        }),
      );
      try {
        expect((await (await as('ada', 'auditor')).list()).status).toBe(403);
      } finally {
        await clients.iam.send(new DeleteRolePolicyCommand(granted));
      }
    });

    it('show what waits and the picture by a link, and take one decision', async () => {
      const imageId = await uncertain();
      const anna = await as('anna');
      const { items } = reviewListSchema.parse((await anna.list()).json());
      expect(items.map(({ ImageID }) => ImageID)).toContain(imageId);
      const page = reviewListSchema.parse((await anna.list({ limit: '1' })).json());
      const next = await anna.list({ limit: '1', cursor: page.cursor ?? '' });
      expect(reviewListSchema.parse(next.json()).items[0]?.ImageID).toBe(items[1]?.ImageID);
      const review = await reviewOf(anna, imageId);
      expect(review).toMatchObject({ State: 'waiting', DecisionReason: 'both-animals', Version: 1 });
      expect(review.Candidates.flatMap(({ Boxes }) => Boxes).length).toBeGreaterThan(0);
      const picture = await send(review.Picture?.url ?? '', system().aws.emulator.agent);
      expect(picture.status).toBe(200);
      const first = await anna.decide(imageId, { ...decision, version: review.Version });
      expect(first.status).toBe(200);
      expect(reviewDecisionAnswerSchema.parse(first.json())).toMatchObject({
        State: 'decided',
        Outcome: 'dog',
      });
      expect((await anna.decide(imageId, decision)).text).toBe(first.text);
      const ben = await as('ben');
      const refused = await ben.decide(imageId, { ...decision, outcome: 'cat', version: 2 });
      expect([refused.status, problem(refused).code]).toEqual([409, 'review-decided']);
      decided = { imageId, link: review.Picture?.url ?? '' };
    });

    it('refuse what is no decision, and what is not theirs to decide', async () => {
      const imageId = await uncertain();
      const anna = await as('anna');
      const codeOf = async (answer: Promise<{ status: number; json(): unknown }>) => {
        const given = await answer;
        return [given.status, problem(given as never).code];
      };
      expect(await codeOf(anna.decide(imageId, { ...decision, outcome: 'bird' }))).toEqual([
        400,
        'invalid-body',
      ]);
      expect(await codeOf(anna.decide(randomUUID(), decision))).toEqual([404, 'not-found']);
      expect((await system().demo.call(`/images/${imageId}`, { method: 'DELETE' })).status).toBe(204);
      expect(await codeOf(anna.decide(imageId, decision))).toEqual([410, 'image-erased']);
    });

    it('want two people who agree where the client asks for it, and not one person twice', async () => {
      const imageId = await uncertain(system().partner);
      const [anna, ben] = [await as('anna'), await as('ben')];
      expect(reviewDecisionAnswerSchema.parse((await anna.decide(imageId, decision)).json())).toMatchObject({
        State: 'waiting',
        Decisions: 1,
        DecisionsNeeded: 2,
      });
      const again = await anna.decide(imageId, { ...decision, outcome: 'cat', version: 2 });
      expect([again.status, problem(again).code]).toEqual([409, 'review-own-decision']);
      const old = await ben.decide(imageId, decision);
      expect([old.status, problem(old).code]).toEqual([409, 'review-outdated']);
      expect((await ben.decide(imageId, { ...decision, version: 2 })).json()).toMatchObject({
        State: 'decided',
      });
    });
  });
  return () => decided;
}

/** Well behind {@link describeReviews}: a run settles once a minute, and the cases between take their part of it. */
export function describeSettledReview(system: GetSystem, settling: () => DecidedPicture): void {
  it('what reviewers decided is in its place', async () => {
    const { imageId, link } = settling();
    const settled = await eventually(
      async () => {
        const view = await record(system().demo, imageId);
        return view.DetectedAnimal === 'dog' ? view : undefined;
      },
      'the picture is in its place',
      RUN_MILLISECONDS,
    );
    expect(settled.S3Location).toMatch(/\/dogs\//);
    expect(settled.Review).toMatchObject({ Outcome: 'dog', DecidedBy: 'people' });
    // The link outlives the picture's wait by less than a minute, and leads nowhere then.
    expect((await send(link, system().aws.emulator.agent)).status).not.toBe(200);
    const { clients, names } = system().aws;
    const { Item } = await clients.dynamodb.send(
      new GetItemCommand({ TableName: names.detectionLogsTable, Key: { ImageID: { S: imageId } } }),
    );
    expect(Item?.['ReviewVotes']?.L?.[0]?.M?.['reviewer']?.S).toBe(reviewerId('x:anna'));
    expect(JSON.stringify(Item)).not.toContain('anna');
  }, 150_000);
}
