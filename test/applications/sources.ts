import type { Repository } from '../support/fetched-repository';

/** An application of somebody else, as its author's own `cdk synth` left it in a public repository. */
export interface Application extends Repository {
  /** The cloud assembly in it. */
  readonly folder: string;
}

const application = (repository: string, commit: string, folder = 'cdk.out'): Application => ({
  name: repository.replace('/', '+'),
  address: `https://github.com/${repository}`,
  commit,
  // Read where it is fetched to; most of them say nothing of one.
  licence: 'not stated',
  folder,
  folders: [folder],
  except: [`${folder}/asset.*`],
});

/** Not chosen by what they hold: what was public, small enough and still there. */
export const APPLICATIONS: readonly Application[] = [
  application('2qov3b/aws-cdk-my-rds-lambda', 'd315ffc884587576d6426ce77f66c603535a8230'),
  application('600lyy/cdk-emq', '9ead022d652f187d6bd2f6a69c86897134ec8c2f'),
  application('7empestx/DevHour', 'ff21cb4a5f1d66ca1a87cbbd1911e674be6d8fba', 'dev-hour-cdk/cdk.out'),
  application('ASUCICREPO/Brightpoint', '509df4122f60310e1b737bc885c2ffd97e9dedb0'),
  application('Adel2k/Transcendence-cdk', 'a557fe92427587e90ee3a8a06b5906848ebef7e8'),
  application('Agorist-Digital/aws-rip', '80660a59d73e575325b268108b3941667c5bfe10'),
  application('Ankan0011/AWS_CDKv2.0', '4e5695df8292ae75df2cea9daf7d95197d26729d'),
  application('Atto4comp/streamlink-serverless', '73efc0e70907051efd62cf39589dee4ea888f987'),
  application('Barrokgl/cdk-pipeline-demo', '55d9657a45a856361726ffce9c312cde259b9ebf'),
  application('Bernado6/AWS-FinOps-', 'a54cc4e31ae074b3eb395dd27b630fbd28a01a97'),
  application('BowBart/sdlf-cdk-dataset', 'b18004ee85ad5ac2f57edcd2217b177054ae78f2'),
  application('BugKiller-tech/aws-cdk-python-url-shorter', '6f44a77d89f8de633692f8becaa545694c800ad0'),
];
