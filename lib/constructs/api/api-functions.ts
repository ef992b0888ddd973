import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StageConfig } from '../../config/schema';
import type { FunctionNetwork, StageStackProps } from '../../stage-context';
import { ServerlessFunction } from '../functions/serverless-function';

export interface ApiFunctionsProps extends StageStackProps {
  readonly network: FunctionNetwork;
  readonly failures: IQueue;
}

/** What each client may upload within an hour, by its plan. */
const picturesPerHour = ({ plans, clients }: StageConfig): Record<string, number> => {
  const ofPlan = new Map(plans.map((plan) => [plan.id, plan.picturesPerHour]));
  return Object.fromEntries(clients.map(({ id, plan }) => [id, ofPlan.get(plan) ?? 0]));
};

/** The functions behind the API. API Gateway waits 29 s at most; each ends well before. */
export class ApiFunctions extends Construct {
  readonly upload: ServerlessFunction<'upload'>;
  readonly query: ServerlessFunction<'query'>;
  readonly erase: ServerlessFunction<'erase'>;

  constructor(scope: Construct, id: string, props: ApiFunctionsProps) {
    super(scope, id);
    const { config, names } = props;
    const api = { CORS_ORIGINS: config.api.corsOrigins.join(',') };
    const records = { DETECTION_LOGS_TABLE: names.detectionLogsTable };
    const pictures = { PICTURE_BUCKET: names.pictureBucket };
    const clients = { CLIENT_PARAMETER_PREFIX: names.clientParameterPrefix };

    this.upload = new ServerlessFunction(this, 'Upload', {
      ...props,
      functionId: 'upload',
      description: 'POST /upload: takes a small picture, or gives a form for a larger one',
      timeoutSeconds: 20,
      memorySize: 1024,
      environment: {
        ...api,
        ...pictures,
        ...records,
        ...clients,
        ERASURE_LEDGER_TABLE: names.erasureLedgerTable,
        PENDING_DAYS: String(config.retention.pendingRecord),
        RECORD_DAYS: String(config.retention.inputPicture),
        PICTURES_PER_HOUR: JSON.stringify(picturesPerHour(config)),
      },
    });
    this.query = new ServerlessFunction(this, 'Query', {
      ...props,
      functionId: 'query',
      description: "GET /images and GET /images/{id}: a client's own records",
      timeoutSeconds: 15,
      memorySize: 512,
      environment: { ...api, ...records, ...clients, CURSOR_SECRET: names.cursorSecret },
    });
    this.erase = new ServerlessFunction(this, 'Erase', {
      ...props,
      functionId: 'erase',
      description:
        'DELETE of an image, by its client or a steward: every version, the record, and a ledger entry',
      timeoutSeconds: 25,
      memorySize: 512,
      environment: {
        ...api,
        ...pictures,
        ...records,
        ...clients,
        ERASURE_LEDGER_TABLE: names.erasureLedgerTable,
      },
    });
  }
}
