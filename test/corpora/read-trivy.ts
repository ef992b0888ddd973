import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Case } from './case';

const CHECKS = 'checks/cloud/aws';
const examplesSchema = z.looseObject({
  cloudformation: z
    .looseObject({ good: z.array(z.string()).default([]), bad: z.array(z.string()).default([]) })
    .optional(),
});

/** Examples of SAM leave out the line without which CloudFormation would not know their types. */
const withTransform = (text: string): string =>
  text.includes('AWS::Serverless::') && !text.includes('Transform:')
    ? `Transform: AWS::Serverless-2016-10-31\n${text}`
    : text;

/** The good and bad examples of trivy's rules, by which trivy's own tests evaluate them. */
export const readTrivy = (root: string): Case[] =>
  readdirSync(path.join(root, CHECKS), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => {
      const place = `${CHECKS}/${file}`;
      const { cloudformation } = examplesSchema.parse(
        parse(readFileSync(path.join(root, place), 'utf8')) ?? {},
      );
      const rule = file.replace('.yaml', '');
      const common = { corpus: 'trivy', rule, resource: undefined } as const;
      return (
        [
          ['finding', cloudformation?.bad ?? []],
          ['none', cloudformation?.good ?? []],
        ] as const
      ).flatMap(([expected, texts]) =>
        texts.map(withTransform).map((text, index): Case => ({
          ...common,
          file: `${place}#${expected}-${index}`,
          text,
          expected,
        })),
      );
    });
