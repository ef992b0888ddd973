import { z } from 'zod';
import type { Template } from '../model';
import { type Known, resolveIntrinsics } from './resolve-intrinsics';
import { isRecord } from '../../is-record';

/** What every open value of a template's conditions is taken to be: parameters, pseudo parameters, unknown comparisons. */
export type Assumptions = ReadonlyMap<string, string | boolean>;

/** Stands for any value that no condition compares with. */
export const ANOTHER_VALUE = '(another value)';

const conditionsSchema = z.record(z.string(), z.unknown());
export const conditionsOf = (template: Template): Readonly<Record<string, unknown>> =>
  conditionsSchema.safeParse(template['Conditions']).data ?? {};

/** Comparisons of what only AWS knows are open as a whole. */
const openComparison = (operands: unknown): string => `Fn::Equals ${JSON.stringify(operands)}`;

/** Tells whether conditions hold under assumptions; `known` works out what is compared. */
export class Conditions {
  constructor(
    private readonly conditions: Readonly<Record<string, unknown>>,
    private readonly knownUnder: (assumptions: Assumptions) => Known,
  ) {}

  /** @returns undefined for a condition that nobody declared, or that is of no form that CloudFormation takes. */
  holds(name: string, assumptions: Assumptions): boolean | undefined {
    return this.declared(name, assumptions, []);
  }

  /** The names that a condition's truth hangs on, through other conditions too; open comparisons among them. */
  dependencies(name: string, assumptions: Assumptions): Set<string> {
    const found = new Set<string>();
    const seen = new Set<string>();
    const visit = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(visit);
      if (!isRecord(value)) return;
      const { Ref: ref, Condition: condition } = value;
      if (typeof ref === 'string') found.add(ref);
      if (typeof condition === 'string') visitCondition(condition);
      if ('Fn::Equals' in value && this.equal(value['Fn::Equals'], assumptions) === undefined)
        found.add(openComparison(value['Fn::Equals']));
      const text = value['Fn::Sub'];
      if (typeof text === 'string')
        for (const [, placeholder] of text.matchAll(/\$\{([^!}][^}]*)\}/g)) found.add(placeholder ?? '');
      Object.values(value).forEach(visit);
    };
    const visitCondition = (condition: string): void => {
      if (seen.has(condition)) return;
      seen.add(condition);
      visit(this.conditions[condition]);
    };
    visitCondition(name);
    return found;
  }

  private declared(name: string, assumptions: Assumptions, within: readonly string[]): boolean | undefined {
    if (!Object.hasOwn(this.conditions, name) || within.includes(name)) return undefined;
    return this.evaluate(this.conditions[name], assumptions, [...within, name]);
  }

  private evaluate(
    expression: unknown,
    assumptions: Assumptions,
    within: readonly string[],
  ): boolean | undefined {
    if (!isRecord(expression)) return undefined;
    const [[name, argument] = ['', undefined]] = Object.entries(expression);
    const operands = (): (boolean | undefined)[] =>
      Array.isArray(argument)
        ? argument.map((each) => this.evaluate(each, assumptions, within))
        : [undefined];
    switch (name) {
      case 'Condition':
        return typeof argument === 'string' ? this.declared(argument, assumptions, within) : undefined;
      case 'Fn::Equals':
        return this.equal(argument, assumptions) ?? openAs(assumptions, argument);
      case 'Fn::Not': {
        const [operand] = operands();
        return operand === undefined ? undefined : !operand;
      }
      case 'Fn::And': {
        const values = operands();
        return values.includes(false) ? false : values.includes(undefined) ? undefined : true;
      }
      case 'Fn::Or': {
        const values = operands();
        return values.includes(true) ? true : values.includes(undefined) ? undefined : false;
      }
      default:
        return undefined;
    }
  }

  private equal(operands: unknown, assumptions: Assumptions): boolean | undefined {
    if (!Array.isArray(operands) || operands.length !== 2) return undefined;
    const known = this.knownUnder(assumptions);
    const [left, right] = operands.map((operand) => {
      const worked = resolveIntrinsics(operand, known);
      const name = isRecord(worked) ? worked['Ref'] : undefined;
      if (typeof name !== 'string') return worked;
      return assumptions.get(name) ?? known.pseudo.get(name) ?? worked;
    });
    return isText(left) && isText(right) ? String(left) === String(right) : undefined;
  }
}

const isText = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const openAs = (assumptions: Assumptions, operands: unknown): boolean | undefined => {
  const assumed = assumptions.get(openComparison(operands));
  return typeof assumed === 'boolean' ? assumed : undefined;
};

/** The literals that a name is compared with anywhere in the conditions. */
export function comparedWith(conditions: unknown, name: string): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isRecord(value)) return;
    const operands = value['Fn::Equals'];
    if (Array.isArray(operands) && operands.some((each) => isRecord(each) && each['Ref'] === name))
      for (const operand of operands as unknown[])
        if (['string', 'number', 'boolean'].includes(typeof operand)) found.add(String(operand));
    Object.values(value).forEach(visit);
  };
  visit(conditions);
  return [...found];
}
