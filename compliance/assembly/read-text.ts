import { readFileSync, statSync } from 'node:fs';
import { GateError, messageOf } from '../gate-error';

/** The encodings that a byte order mark tells. https://www.unicode.org/faq/utf_bom.html */
const MARKS: readonly (readonly [mark: readonly number[], encoding: string | undefined])[] = [
  [[0xff, 0xfe, 0x00, 0x00], undefined],
  [[0x00, 0x00, 0xfe, 0xff], undefined],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

function decoded(bytes: Uint8Array): string {
  const [, encoding] = MARKS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte)) ?? [
    [],
    'utf-8',
  ];
  if (encoding === undefined)
    throw new RangeError('it is UTF-32, which no tool here reads. Save it as UTF-8.');
  if (encoding === 'utf-8' && bytes.includes(0))
    throw new RangeError('it holds zero bytes: it is no text, or UTF-16 without its mark. Save it as UTF-8.');
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new RangeError(`it is no text in ${encoding.toUpperCase()}. Save it as UTF-8.`);
  }
}

/**
 * The text of a file: UTF-8, or UTF-16 where its mark says so. Bytes that are no text are never read as something else,
 * since what is replaced in them may be the name of a resource or a property.
 * @throws GateError ASSEMBLY_UNREADABLE with the reason, also for what is empty or no regular file.
 */
export function readText(file: string): string {
  try {
    // Reading a pipe could wait for ever, and whoever reads it again would find it empty.
    if (!statSync(file).isFile()) throw new RangeError('it is no regular file.');
    const text = decoded(readFileSync(file));
    if (text.trim() === '') throw new RangeError('it is empty.');
    return text;
  } catch (error) {
    throw new GateError('ASSEMBLY_UNREADABLE', `${file} cannot be read: ${messageOf(error)}`);
  }
}
