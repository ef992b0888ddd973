import path from 'node:path';
import type { Location } from '../verdict-row';

const FRAME = /\((.+?):(\d+):\d+\)$/;

/**
 * Where in the application's own sources a construct was made: the innermost frame of its creation stack that lies in
 * the project and not in a package.
 */
export function creationLocation(frames: readonly string[], sourceRoot: string): Location | undefined {
  for (const frame of frames) {
    const match = FRAME.exec(frame.trim());
    if (!match) continue;
    const [, file = '', line = ''] = match;
    const relative = path.relative(sourceRoot, file.replace(/^file:\/\//, ''));
    if (relative.startsWith('..') || path.isAbsolute(relative) || relative.includes('node_modules')) continue;
    return { file: relative.split(path.sep).join('/'), line: Number(line) };
  }
  return undefined;
}
