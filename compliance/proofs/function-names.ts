import { FUNCTION_IDS, type FunctionId } from '../../lambda/function-ids';

const kebab = (id: string): string => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The application's function behind a deployed name (`serverlessapp-STAGE-classify-and-log`), if it is one. */
export function functionIdOf(name: string): FunctionId | undefined {
  return FUNCTION_IDS.find((id) => new RegExp(`^serverlessapp-[a-z]+-${kebab(id)}$`).test(name));
}

/**
 * Takes stage, account, region and stack-private hashes out of a name, so that one reviewed file holds for every stage.
 */
export const stageFree = (text: string): string =>
  text
    .replace(/serverlessapp-(dev|staging|prod)\b/g, 'serverlessapp-STAGE')
    .replace(/(?<![0-9a-f])\d{12}(?![0-9a-f])/g, 'ACCOUNT')
    // Named by its content, which has a review of its own.
    .replace(/\b[0-9a-f]{64}(?=\.zip\b)/g, 'ASSET');

/** The stage that the stacks are of, from their names; `unnamed` for templates that are not the application's. */
export function stageOf(templates: readonly { readonly stackName: string }[]): string {
  const [first] = templates;
  return /^serverlessapp-([a-z]+)-/.exec(first?.stackName ?? '')?.[1] ?? 'unnamed';
}
