import path from 'node:path';
import { GateError } from '../gate-error';
import { isRecord } from '../is-record';
import { type Loop, type NotRead, resourceSchema, type Template, type TemplateResource } from './model';
import { parseTemplate } from './parse-template';
import { readText } from './read-text';

/** A template as it was read: what of it is a resource, and what is not. */
export interface ReadTemplate {
  readonly template: Template;
  readonly lines: ReadonlyMap<string, number>;
  readonly loops: readonly Loop[];
  readonly notRead: readonly Omit<NotRead, 'stack'>[];
}

/**
 * A loop stands among the resources with a list for a body, and is none before CloudFormation has worked it out.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
 */
const isLoop = (logicalId: string): boolean => logicalId.startsWith('Fn::ForEach::');

/** Logical ids are letters and digits; this one would be lost in an object. */
const LOST_NAME = '__proto__';

/**
 * Reads the template in a file below a directory. A resource that is of no form that CloudFormation would take is told,
 * and does not keep the others from being read.
 * @throws GateError ASSEMBLY_UNREADABLE when the file is neither JSON nor YAML, or has no resources by its form.
 */
export function readTemplate(root: string, file: string): ReadTemplate {
  const absolute = path.join(root, file);
  const { content, lines } = parseTemplate(readText(absolute), absolute);
  const listed = isRecord(content) ? (content['Resources'] ?? {}) : undefined;
  if (!isRecord(content) || !isRecord(listed) || content['Resources'] === null)
    throw new GateError('ASSEMBLY_UNREADABLE', `${absolute} is no template: it has no section Resources.`);
  return { ...sortOut(content, listed, file, lines), lines };
}

function sortOut(
  sections: Readonly<Record<string, unknown>>,
  listed: Readonly<Record<string, unknown>>,
  file: string,
  lines: ReadonlyMap<string, number>,
): Omit<ReadTemplate, 'lines'> {
  const resources: Record<string, TemplateResource> = {};
  const loops: Loop[] = [];
  const notRead: Omit<NotRead, 'stack'>[] = [];
  for (const [logicalId, body] of Object.entries(listed)) {
    if (isLoop(logicalId)) {
      loops.push({ key: logicalId, body, line: lines.get(logicalId) ?? 1 });
      continue;
    }
    const parsed = resourceSchema.safeParse(body);
    if (parsed.success && logicalId !== LOST_NAME) resources[logicalId] = parsed.data;
    else {
      const why = parsed.error?.issues.map(({ path: at, message }) =>
        `${at.join('.') || 'the resource'}: ${message}`.replace(/\.$/, ''),
      ) ?? ['its logical id is not of letters and digits'];
      notRead.push({
        resource: logicalId,
        template: { file, line: lines.get(logicalId) ?? 1 },
        why: `It is of no form that CloudFormation takes (${why.join('; ')}).`,
      });
    }
  }
  return { template: { ...sections, Resources: resources }, loops, notRead };
}
