/** CloudFormation takes a boolean as text too. */
export const isTrue = (value: unknown): boolean => value === true || value === 'true';
