import { z } from 'zod';
import type { Template } from '../model';

const declarationSchema = z.looseObject({
  Type: z.string().default('String'),
  Default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  AllowedValues: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type Declaration = z.infer<typeof declarationSchema>;

/** The parameters that a template declares; what is no declaration is left out, for validators to tell. */
export function declarationsOf(template: Template): Map<string, Declaration> {
  const declared = z.record(z.string(), z.unknown()).safeParse(template['Parameters']);
  return new Map(
    Object.entries(declared.data ?? {}).flatMap(([name, declaration]): [string, Declaration][] => {
      const parsed = declarationSchema.safeParse(declaration);
      return parsed.success ? [[name, parsed.data]] : [];
    }),
  );
}

/** Its value is looked up when it is deployed; the default is only where. */
export const isLookedUp = ({ Type }: Declaration): boolean => Type.startsWith('AWS::SSM::Parameter');

/** A value as `Ref` gives it. */
export function valueOf({ Type }: Declaration, value: string | number | boolean): unknown {
  if (Type !== 'CommaDelimitedList' && !Type.startsWith('List<')) return value;
  return String(value)
    .split(',')
    .map((item) => item.trim());
}
