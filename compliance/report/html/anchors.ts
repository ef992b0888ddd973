const slug = (text: string): string => text.replace(/[^A-Za-z0-9.]+/g, '-').replace(/-$/, '');

/** The anchor of a requirement; ids of frameworks hold brackets and blanks. */
export const requirementAnchor = (framework: string, id: string): string => `r-${slug(`${framework}-${id}`)}`;

/** The anchor of a requirement by its reference, `FRAMEWORK:ID`. */
export const referenceAnchor = (reference: string): string => `r-${slug(reference)}`;

/** The anchor of a rule's rows, by its source (`ENGINE: RULE`); rules of one engine differ in underscores and dashes. */
export const ruleAnchor = (source: string): string => `rule-${source.replace(/[^A-Za-z0-9._-]+/g, '-')}`;

/** The anchor of a row, by its place among the pack's rows. */
export const rowAnchor = (index: number): string => `v${index}`;

/** The page of a framework, one requirement after the other, ready to be printed. */
export const frameworkPlace = (framework: string): string => `frameworks/${framework}.html`;
