/** What the rules over the account are evidence for, by what they look at. */
export const REST = ['NIST-800-53-R5:sc-28', 'PCI-4.0:3.5.1', 'HIPAA:164_312_a_2_iv', 'SOC2:cc_6_1'];
export const EXPOSURE = ['NIST-800-53-R5:sc-7', 'NIST-800-53-R5:ac-3', 'PCI-4.0:1.3.1', 'SOC2:cc_6_6'];
export const ACCESS = ['NIST-800-53-R5:ac-3', 'NIST-800-53-R5:ac-6', 'PCI-4.0:7.2.5', 'SOC2:cc_6_3'];
export const LOGGING = ['NIST-800-53-R5:au-2', 'NIST-800-53-R5:au-12', 'PCI-4.0:10.2.1', 'SOC2:cc_7_2'];
export const EVIDENCE = ['NIST-800-53-R5:au-9', 'PCI-4.0:10.3.2', 'SOC2:cc_7_2'];
export const WATCHING = ['NIST-800-53-R5:si-4', 'NIST-800-53-R5:ca-7', 'PCI-4.0:10.4.1', 'SOC2:cc_7_2'];
export const BACKUP = ['NIST-800-53-R5:cp-9', 'HIPAA:164_308_a_7_ii_a', 'SOC2:a_1_2'];
export const RETENTION = ['NIST-800-53-R5:si-12', 'PCI-4.0:3.2.1'];
export const SECRETS = ['NIST-800-53-R5:ia-5', 'PCI-4.0:8.6.3'];
export const KEYS = ['NIST-800-53-R5:sc-12', 'PCI-4.0:3.7.4', 'SOC2:cc_6_1'];
export const CHANGE = ['NIST-800-53-R5:cm-3', 'NIST-800-53-R5:cm-6', 'PCI-4.0:6.4.2', 'SOC2:cc_8_1'];
