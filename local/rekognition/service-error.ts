/**
 * The errors of DetectLabels and their HTTP status, and what every AWS JSON service answers besides.
 * https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectLabels.html#API_DetectLabels_Errors
 */
const STATUS_OF_ERROR = {
  AccessDeniedException: 400,
  ImageTooLargeException: 400,
  InternalServerError: 500,
  InvalidImageFormatException: 400,
  InvalidParameterException: 400,
  InvalidS3ObjectException: 400,
  MissingAuthenticationTokenException: 400,
  ProvisionedThroughputExceededException: 400,
  RequestEntityTooLargeException: 413,
  SerializationException: 400,
  ServiceUnavailable: 503,
  ThrottlingException: 500,
  UnknownOperationException: 400,
  ValidationException: 400,
} as const;
export type ServiceErrorCode = keyof typeof STATUS_OF_ERROR;

/** An answer of the service that is not a success. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  /** HTTP status. */
  readonly status: number;

  constructor(
    readonly code: ServiceErrorCode,
    message: string,
  ) {
    super(message);
    this.status = STATUS_OF_ERROR[code];
  }
}
