import { generateKeyPairSync } from 'node:crypto';

/** A pair of keys of the kind that signs evidence (ECC_NIST_P256), as PEM. */
export const signingKeys = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
