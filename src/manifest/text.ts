/** A line with bytes that are not UTF-8; offsets are UTF-16 units of the text with U+FFFD in their place. */
export interface BrokenLine {
  readonly start: number;
  readonly end: number;
  /** The first character that could not be read. */
  readonly at: number;
}

export type DecodedText =
  | { readonly kind: 'utf-8'; readonly text: string; readonly brokenLines: readonly BrokenLine[] }
  | { readonly kind: 'utf-16'; readonly text: string };

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const LF = 0x0a;

/**
 * Decodes the bytes of a file; byte order marks stay in the text.
 *
 * kubectl reads a JSON file with U+FFFD for what is not UTF-8 and refuses the YAML document that holds it, so both the
 * text and the broken lines are given. UTF-16, which kubectl garbles line by line, is only told apart.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { kind: 'utf-16', text: '' };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { kind: 'utf-16', text: '' };
  try {
    return { kind: 'utf-8', text: strict.decode(bytes), brokenLines: [] };
  } catch {
    return decodeBrokenText(bytes);
  }
}

function decodeBrokenText(bytes: Uint8Array): DecodedText {
  const lines: string[] = [];
  const brokenLines: BrokenLine[] = [];
  let start = 0;
  for (let from = 0; from < bytes.length;) {
    const lineBreak = bytes.indexOf(LF, from);
    const to = lineBreak < 0 ? bytes.length : lineBreak + 1;
    const line = lenient.decode(bytes.subarray(from, to));
    if (line.includes('\ufffd')) {
      const at = findBrokenCharacter(bytes.subarray(from, to), line);
      if (at !== null) brokenLines.push({ start, end: start + line.length, at: start + at });
    }
    lines.push(line);
    start += line.length;
    from = to;
  }
  return { kind: 'utf-8', text: lines.join(''), brokenLines };
}

/** Finds the first U+FFFD that stands for broken bytes, and is not written as such. */
function findBrokenCharacter(bytes: Uint8Array, line: string): number | null {
  const encoded = new TextEncoder().encode(line);
  const differs = encoded.findIndex((byte, index) => byte !== bytes[index]);
  if (differs < 0) return null;
  return lenient.decode(bytes.subarray(0, differs)).replace(/\ufffd+$/, '').length;
}
