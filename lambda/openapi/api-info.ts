/** What every document of the API says of it. */
export const API = {
  title: 'Cat and dog detector',
  /** Of the API, not of the code: raised when clients can do more, or must do something differently. */
  version: '2.3.0',
  contact: { name: 'Image platform', email: 'image-platform@example.com' },
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
} as const;
