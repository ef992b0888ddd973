import { FUNCTION_IDS, type FunctionId } from './function-ids';

/** Where each function's code begins, from this folder. */
export const ENTRY_FILES: Readonly<Record<FunctionId, string>> = {
  upload: 'image-processor/upload.ts',
  query: 'image-processor/query.ts',
  intake: 'image-processor/intake.ts',
  analyze: 'image-processor/analyze.ts',
  classifyAndLog: 'image-processor/classify-and-log.ts',
  organise: 'file-manager/organise.ts',
  erase: 'file-manager/erase.ts',
  notify: 'notification-service/notify.ts',
  detectionStream: 'detection-stream/detection-stream.ts',
};

/** Of every bundle: file `index.js`, export `handler`. */
export const HANDLER = 'index.handler';

/** `classifyAndLog` → `classify-and-log`, the function's folder under dist/functions. */
export const bundleName = (id: FunctionId): string =>
  id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export const BUNDLE_NAMES: readonly string[] = FUNCTION_IDS.map(bundleName);
