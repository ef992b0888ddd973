export { PicturesClient } from './client.ts';
export type { ClientOptions, ListFilter, Picture, Submitted, WaitOptions } from './client.ts';
export { ApiError, PatienceExhaustedError } from './errors.ts';
export type { components, paths } from './schema.ts';
export { verifyWebhook, WebhookError } from './webhook.ts';
export type { WebhookEvent, WebhookOptions } from './webhook.ts';
