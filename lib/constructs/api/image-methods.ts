import { Duration } from 'aws-cdk-lib';
import {
  AuthorizationType,
  CfnModel,
  LambdaIntegration,
  type MethodOptions,
  Model,
  type RequestValidator,
  type Resource,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { REQUEST_MODELS } from '../../../lambda/domain/api-models';
import { listQuerySchema } from '../../../lambda/domain/api-schemas';
import { EXPOSED_HEADERS, PREFLIGHT_SECONDS } from '../../../lambda/domain/response-headers';
import type { FunctionId } from '../../../lambda/function-ids';
import type { ServerlessFunction } from '../functions/serverless-function';
import type { ApiFunctions } from './api-functions';
import { addRefusals } from './refusals';

export interface ImageMethodsProps {
  readonly api: RestApi;
  readonly functions: ApiFunctions;
  readonly corsOrigins: readonly string[];
}

/**
 * The methods of the API. Each validates its request and wants an API key, or IAM authorization to erase; only the CORS
 * preflight wants neither.
 */
export class ImageMethods extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ImageMethodsProps,
  ) {
    super(scope, id);
    const { root } = props.api;
    const upload = this.browsable(root.addResource('upload'), 'POST');
    this.upload(upload);
    const images = this.browsable(root.addResource('images'), 'GET');
    const image = this.browsable(images.addResource('{id}'), 'GET');
    const requestValidator = props.api.addRequestValidator('Parameters', {
      requestValidatorName: 'parameters',
      validateRequestParameters: true,
    });
    this.queries(images, image, requestValidator);
    addRefusals({ root, origins: props.corsOrigins, requestValidator }, [
      [upload, ['POST']],
      [images, ['GET']],
      [image, ['GET', 'DELETE']],
    ]);
  }

  /** Browsers may ask beforehand, without a key. Erasure is not for browsers. */
  private browsable(resource: Resource, method: string): Resource {
    const { corsOrigins } = this.props;
    if (corsOrigins.length > 0) {
      resource.addCorsPreflight({
        allowOrigins: [...corsOrigins],
        allowMethods: [method],
        allowHeaders: ['content-type', 'idempotency-key', 'x-api-key'],
        exposeHeaders: [...EXPOSED_HEADERS],
        maxAge: Duration.seconds(PREFLIGHT_SECONDS),
      });
    }
    return resource;
  }

  private integration<Id extends FunctionId>({ alias }: ServerlessFunction<Id>): LambdaIntegration {
    return new LambdaIntegration(alias as IFunction, { proxy: true, allowTestInvoke: false });
  }

  private upload(resource: Resource): void {
    const { api, functions } = this.props;
    const { schema } = REQUEST_MODELS.UploadRequest;
    const { ref } = new CfnModel(this, 'UploadRequest', {
      restApiId: api.restApiId,
      name: 'UploadRequest',
      contentType: 'application/json',
      schema,
    });
    api.latestDeployment?.addToLogicalId(schema);
    const model = Model.fromModelName(this, 'UploadRequestReference', ref);
    resource.addMethod('POST', this.integration(functions.upload), {
      operationName: 'UploadImage',
      apiKeyRequired: true,
      requestParameters: { 'method.request.header.Idempotency-Key': false },
      // A content type without a model would pass unchecked.
      requestModels: { 'application/json': model, $default: model },
      requestValidator: api.addRequestValidator('BodyAndParameters', {
        requestValidatorName: 'body-and-parameters',
        validateRequestBody: true,
        validateRequestParameters: true,
      }),
    });
  }

  private queries(images: Resource, image: Resource, requestValidator: RequestValidator): void {
    const { functions } = this.props;
    const query = this.integration(functions.query);
    images.addMethod('GET', query, {
      operationName: 'ListImages',
      apiKeyRequired: true,
      requestParameters: Object.fromEntries(
        Object.keys(listQuerySchema.shape).map((name) => [`method.request.querystring.${name}`, false]),
      ),
      requestValidator,
    });
    const one: MethodOptions = { requestParameters: { 'method.request.path.id': true }, requestValidator };
    image.addMethod('GET', query, { ...one, operationName: 'GetImage', apiKeyRequired: true });
    image.addMethod('DELETE', this.integration(functions.erase), {
      ...one,
      operationName: 'EraseImage',
      authorizationType: AuthorizationType.IAM,
    });
  }
}
