import { readFileSync } from 'node:fs';
import type { ImageFormat } from '../../../lambda/domain/category';
import { sniffPicture } from '../../../lambda/domain/sniff-picture';
import { stripMetadata } from '../../../lambda/domain/strip-metadata';

/*
 * What a function does with one file, in a process of its own: the file's path and declared format are the arguments,
 * the process's peak memory in kilobytes the output.
 */
const [file = '', declared] = process.argv.slice(2);
const bytes = readFileSync(file);
const format = declared as ImageFormat;
if (sniffPicture(bytes, format).accepted) stripMetadata(bytes, format);
console.log(process.resourceUsage().maxRSS);
