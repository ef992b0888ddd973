import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { openApiText } from './document';

const file = path.join(__dirname, 'openapi.json');
writeFileSync(file, openApiText());
console.log(`Wrote ${path.relative(process.cwd(), file)}.`);
