const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** The line that README.md's commands begin with: where the API is, its key, and whom to trust. Pasted into a shell. */
export const shellLine = (apiUrl: string, key: string, certificateFile: string): string =>
  `export API=${quoted(apiUrl)} KEY=${quoted(key)} CURL_CA_BUNDLE=${quoted(certificateFile)}`;
