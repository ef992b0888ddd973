import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/**
 * The names that clients of the embedded AWS use. `sync-localhost` is what the SDK's host prefix of StartSyncExecution
 * makes of `localhost`; buckets are reached as BUCKET.s3.localhost because Node refuses wildcards of one label.
 */
const DNS_NAMES = [
  'localhost',
  'sync-localhost',
  '*.localhost',
  's3.localhost',
  '*.s3.localhost',
  '*.execute-api.localhost',
];
const LIFE_DAYS = 30;

export interface Certificate {
  certificateFile: string;
  keyFile: string;
  /** The certificate, which is its own authority: what clients have to trust. */
  pem: string;
}

/**
 * Makes a certificate for loopback names; its key never leaves `directory`.
 * @param account - S3 Control puts it before the host, where no wildcard would do.
 */
export async function createCertificate(directory: string, account?: string): Promise<Certificate> {
  const names = account === undefined ? DNS_NAMES : [...DNS_NAMES, `${account}.localhost`];
  const notAfterDate = new Date(Date.now() + LIFE_DAYS * 24 * 3600 * 1000);
  const { cert, private: key } = await generate(
    [{ name: 'commonName', value: 'serverlessapp embedded AWS' }],
    {
      keyType: 'ec',
      algorithm: 'sha256',
      notAfterDate,
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: [...names.map((value) => ({ type: 2 as const, value })), { type: 7, ip: '127.0.0.1' }],
        },
      ],
    },
  );
  const certificateFile = join(directory, 'certificate.pem');
  const keyFile = join(directory, 'certificate-key.pem');
  await writeFile(certificateFile, cert);
  await writeFile(keyFile, key, { mode: 0o600 });
  return { certificateFile, keyFile, pem: cert };
}
