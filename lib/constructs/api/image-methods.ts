import { Duration } from 'aws-cdk-lib';
import {
  AuthorizationType,
  CfnModel,
  type IModel,
  type IResource,
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
import { STEWARD_IMAGE } from '../../../lambda/domain/api-routes';
import { batchQuerySchema, listQuerySchema, readQuerySchema } from '../../../lambda/domain/api-schemas';
import { BOUNDS } from '../../../lambda/domain/bounds';
import { EXPOSED_HEADERS, REQUEST_HEADERS } from '../../../lambda/domain/response-headers';
import type { FunctionOf } from '../../../lambda/functions';
import type { ServerlessFunction } from '../functions/serverless-function';
import { addRefusals } from './refusals';
import { addReviewMethods } from './review-methods';

export interface ImageMethodsProps {
  readonly api: RestApi;
  readonly functions: Readonly<Record<FunctionOf<'api'>, ServerlessFunction>>;
  readonly corsOrigins: readonly string[];
}

/**
 * The methods of the API. Each validates its request and wants an API key, or IAM authorization to erase anybody's
 * picture and to review; only the CORS preflight wants neither.
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
    const bodyAndParameters = props.api.addRequestValidator('BodyAndParameters', {
      requestValidatorName: 'body-and-parameters',
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    this.upload(upload, bodyAndParameters);
    const images = this.browsable(root.addResource('images'), 'GET');
    const image = this.browsable(images.addResource('{id}'), 'GET', 'DELETE');
    const [steward, ...between] = this.stewardImage(root);
    const requestValidator = props.api.addRequestValidator('Parameters', {
      requestValidatorName: 'parameters',
      validateRequestParameters: true,
    });
    this.queries(images, image, requestValidator);
    this.erasures(image, steward, requestValidator);
    const reviews = addReviewMethods({
      root,
      integration: this.integration(props.functions.reviews),
      reads: { requestValidator },
      decides: {
        requestModels: this.models('ReviewDecisionRequest'),
        requestValidator: bodyAndParameters,
      },
    });
    addRefusals({ root, origins: props.corsOrigins, requestValidator }, [
      [upload, ['POST', 'OPTIONS']],
      [images, ['GET', 'OPTIONS']],
      [image, ['GET', 'DELETE', 'OPTIONS']],
      [steward, ['DELETE']],
      ...reviews,
      ...between.map((resource) => [resource, []] as const),
    ]);
  }

  /** Browsers may ask beforehand, without a key. What stewards do is not for browsers. */
  private browsable(resource: Resource, ...allowMethods: string[]): Resource {
    const { corsOrigins } = this.props;
    if (corsOrigins.length > 0) {
      resource.addCorsPreflight({
        allowOrigins: [...corsOrigins],
        allowMethods,
        allowHeaders: [...REQUEST_HEADERS],
        exposeHeaders: [...EXPOSED_HEADERS],
        maxAge: Duration.seconds(BOUNDS.preflightSeconds),
      });
    }
    return resource;
  }

  /** The resource of the stewards, then those above it. */
  private stewardImage(root: IResource): [Resource, ...Resource[]] {
    let path: Resource[] = [];
    for (const part of STEWARD_IMAGE.split('/').slice(1)) {
      path = [(path[0] ?? root).addResource(part), ...path];
    }
    const [image, ...above] = path;
    if (image === undefined) throw new Error(`${STEWARD_IMAGE} has no part`);
    return [image, ...above];
  }

  private integration({ alias }: ServerlessFunction): LambdaIntegration {
    return new LambdaIntegration(alias as IFunction, { proxy: true, allowTestInvoke: false });
  }

  /** A content type without a model would pass unchecked. */
  private models(name: keyof typeof REQUEST_MODELS): Record<string, IModel> {
    const { api } = this.props;
    const { schema } = REQUEST_MODELS[name];
    const { ref } = new CfnModel(this, name, {
      restApiId: api.restApiId,
      name,
      contentType: 'application/json',
      schema,
    });
    api.latestDeployment?.addToLogicalId(schema);
    const model = Model.fromModelName(this, `${name}Reference`, ref);
    return { 'application/json': model, $default: model };
  }

  private upload(resource: Resource, requestValidator: RequestValidator): void {
    resource.addMethod('POST', this.integration(this.props.functions.upload), {
      operationName: 'UploadImage',
      apiKeyRequired: true,
      requestParameters: { 'method.request.header.Idempotency-Key': false },
      requestModels: this.models('UploadRequest'),
      requestValidator,
    });
  }

  private queries(images: Resource, image: Resource, requestValidator: RequestValidator): void {
    const { functions } = this.props;
    const query = this.integration(functions.query);
    const optional = (place: 'querystring' | 'header', ...names: string[]) =>
      Object.fromEntries(names.map((name) => [`method.request.${place}.${name}`, false]));
    images.addMethod('GET', query, {
      operationName: 'ListImages',
      apiKeyRequired: true,
      requestParameters: {
        ...optional('querystring', ...Object.keys({ ...listQuerySchema.shape, ...batchQuerySchema.shape })),
        ...optional('header', 'If-None-Match'),
      },
      requestValidator,
    });
    const one = this.one(requestValidator);
    image.addMethod('GET', query, {
      ...one,
      operationName: 'GetImage',
      apiKeyRequired: true,
      requestParameters: {
        ...one.requestParameters,
        ...optional('querystring', ...Object.keys(readQuerySchema.shape)),
        ...optional('header', 'If-None-Match'),
      },
    });
  }

  private one(requestValidator: RequestValidator): MethodOptions {
    return { requestParameters: { 'method.request.path.id': true }, requestValidator };
  }

  private erasures(image: Resource, steward: Resource, requestValidator: RequestValidator): void {
    const erase = this.integration(this.props.functions.erase);
    const one = this.one(requestValidator);
    image.addMethod('DELETE', erase, { ...one, operationName: 'EraseImage', apiKeyRequired: true });
    steward.addMethod('DELETE', erase, {
      ...one,
      operationName: 'EraseAnyImage',
      authorizationType: AuthorizationType.IAM,
    });
  }
}
