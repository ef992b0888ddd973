import type { Template } from '../model';
import { isRecord } from '../../is-record';

/** A condition and whether it holds. */
export type Literal = readonly [condition: string, holds: boolean];
/** What must hold for a part of the template to be there; several where one stands within another. */
export type Branch = readonly Literal[];

/** Every branch of a template's resources: those that are there under a condition, and both sides of each `Fn::If`. */
export function branchesOf({ Resources }: Template): Branch[] {
  const branches = new Map<string, Branch>();
  const add = (branch: Branch): void => {
    branches.set(JSON.stringify(branch), branch);
  };
  const visit = (value: unknown, path: Branch): void => {
    if (Array.isArray(value)) value.forEach((item) => visit(item, path));
    if (!isRecord(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      const [condition, then, otherwise] =
        key === 'Fn::If' && Array.isArray(inner) ? (inner as unknown[]) : [];
      if (typeof condition !== 'string') {
        visit(inner, path);
        continue;
      }
      for (const [holds, part] of [
        [true, then],
        [false, otherwise],
      ] as const) {
        const branch: Branch = [...path, [condition, holds]];
        add(branch);
        visit(part, branch);
      }
    }
  };
  for (const body of Object.values(Resources)) {
    const condition = body['Condition'];
    const path: Branch = typeof condition === 'string' ? [[condition, true]] : [];
    if (path.length > 0) add(path);
    visit(body, path);
  }
  return [...branches.values()];
}

export const describeBranch = (branch: Branch): string =>
  branch.map(([condition, holds]) => `${condition} ${holds ? 'holds' : 'does not hold'}`).join(' and ');
