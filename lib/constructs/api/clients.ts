import { Tags } from 'aws-cdk-lib';
import { ApiKey, type CfnUsagePlan, Period, type RestApi, UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { StageConfig } from '../../config/schema';
import type { Names } from '../../names';
import { throttlesOfOneKey } from './method-throttles';

export interface ClientsProps {
  readonly config: StageConfig;
  readonly names: Names;
  readonly api: RestApi;
}

/**
 * The clients of the configuration: each has a plan, a first API key, and the parameter that names the client of that
 * key's id. Rotation adds keys and parameters beside these; ownership of records stays with the client.
 */
export class Clients extends Construct {
  /** Usage plan ids by the plan ids of the configuration. */
  readonly usagePlanIds: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { config, names, api }: ClientsProps) {
    super(scope, id);
    // By path: the construct wants the methods themselves.
    const apiStages: CfnUsagePlan.ApiStageProperty[] = [
      {
        apiId: api.restApiId,
        stage: api.deploymentStage.stageName,
        throttle: Object.fromEntries(
          Object.entries(throttlesOfOneKey(config)).map(([method, { ratePerSecond, burst }]) => [
            method,
            { rateLimit: ratePerSecond, burstLimit: burst },
          ]),
        ),
      },
    ];
    const plans = new Map(
      config.plans.map((plan) => [
        plan.id,
        new UsagePlan(this, `Plan-${plan.id}`, {
          name: names.of(`plan-${plan.id}`),
          description: `${plan.ratePerSecond} requests a second, ${plan.quotaPerDay} a day; ${plan.picturesPerHour} pictures an hour`,
          throttle: { rateLimit: plan.ratePerSecond, burstLimit: plan.burst },
          quota: { limit: plan.quotaPerDay, period: Period.DAY },
        }),
      ]),
    );
    for (const plan of plans.values()) (plan.node.defaultChild as CfnUsagePlan).apiStages = apiStages;
    this.usagePlanIds = Object.fromEntries([...plans].map(([plan, { usagePlanId }]) => [plan, usagePlanId]));
    for (const client of config.clients) {
      const key = new ApiKey(this, `Key-${client.id}`, {
        apiKeyName: names.apiKey(client.id),
        description: client.description,
        enabled: true,
      });
      Tags.of(key).add('Client', client.id);
      plans.get(client.plan)?.addApiKey(key);
      new StringParameter(this, `ClientOfKey-${client.id}`, {
        parameterName: `${names.clientParameterPrefix}/${key.keyId}`,
        description: `Client that holds the API key: ${client.description}`,
        stringValue: client.id,
        simpleName: false,
      });
    }
  }
}
