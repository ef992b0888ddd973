import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { openApiText } from '../../lambda/openapi/document';

const file = path.resolve(__dirname, '..', '..', 'lambda', 'openapi', 'openapi.json');
writeFileSync(file, openApiText());
console.log(`Wrote ${path.relative(process.cwd(), file)}.`);
