import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ApiError, PicturesClient } from 'serverlessapp-pictures';

const { API = '', KEY = '' } = process.env;
const client = new PicturesClient({ apiUrl: API, apiKey: KEY });
for (const file of process.argv.slice(2)) {
  try {
    const picture = { bytes: new Uint8Array(await readFile(file)), fileName: basename(file) };
    const { DetectedAnimal, ConfidenceScore, ProcessingStatus } = await client.classify(picture);
    console.log(file, DetectedAnimal ?? ProcessingStatus, ConfidenceScore ?? '');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    console.log(file, error.code, error.problem?.reason ?? '');
  }
}
