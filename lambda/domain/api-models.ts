import { uploadRequestSchema } from './api-schemas';
import { reviewDecisionRequestSchema } from './review-schemas';
import { gatewaySchemaOf, type JsonSchema } from './gateway-schema';

export interface RequestModel {
  readonly schema: JsonSchema;
  /** Rules of the zod schema that JSON schema cannot hold; the handler enforces them. */
  readonly checkedByHandlerOnly: readonly string[];
}

/** The models that API Gateway validates request bodies with. Only stacks import this: it needs no place in a bundle. */
export const REQUEST_MODELS = {
  UploadRequest: {
    schema: gatewaySchemaOf(uploadRequestSchema),
    checkedByHandlerOnly: [
      'fileName is well-formed Unicode of at most 255 UTF-16 units (JSON schema counts code points)',
      'image is canonical base64 (padded, no line breaks, unused bits zero)',
      'the picture is what contentType says, whole, within the size and side limits',
    ],
  },
  ReviewDecisionRequest: {
    schema: gatewaySchemaOf(reviewDecisionRequestSchema),
    checkedByHandlerOnly: [],
  },
} as const satisfies Record<string, RequestModel>;
