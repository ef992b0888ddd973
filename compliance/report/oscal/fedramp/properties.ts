/** Namespace of FedRAMP's own properties. */
const FEDRAMP = 'https://fedramp.gov/ns/oscal';

export const fedrampProp = (name: string, value: string) => ({ name, ns: FEDRAMP, value });

/** Never a value in a field that reads as a fact: it stands in remarks only. */
export const OWNER_PLACEHOLDER = 'to be given by the system owner';
