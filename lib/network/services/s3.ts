import { actionsOf, defineService, READ_AND_WRITE, READ_ONLY } from '../service-definition';

const FOLDER = 'object:';

export const s3 = defineService({
  name: 's3',
  endpoint: 'gateway',
  prefixLists: { 'us-east-1': 'pl-63a5400a', 'us-west-2': 'pl-68a54001' },
  carries: actionsOf('s3'),
  arnOf: (resource, names) => {
    const bucket = names.bucketArn(names.pictureBucket);
    if (resource === 'bucket:pictures') return bucket;
    return resource.startsWith(FOLDER) ? `${bucket}/${resource.slice(FOLDER.length)}` : undefined;
  },
  placeholders: (names) => ({ PictureBucket: names.bucketArn(names.pictureBucket) }),
  hosts: (names) => [`${names.pictureBucket}.s3.${names.region}.amazonaws.com`],
  key: {
    sid: 'UseDataKeyThroughS3',
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
    domain: 'data',
    // A large picture is read by Rekognition in the caller's name; which of the two KMS sees is not documented.
    through: (calls) =>
      calls.some((action) => action.startsWith('rekognition:')) ? ['s3', 'rekognition'] : ['s3'],
    actions: (calls) => (calls.includes('s3:PutObject') ? READ_AND_WRITE : READ_ONLY),
  },
  networkActivity: true,
  billing: {
    's3:PutObject': 'objectWrite',
    's3:ListBucketVersions': 'objectWrite',
    's3:GetObject': 'objectRead',
    's3:GetObjectVersion': 'objectRead',
    's3:DeleteObjectVersion': 'nothing',
  },
});
