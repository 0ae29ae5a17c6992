/** What most likely went wrong where libyaml says so, and what to do; its words tell what it saw, not what was meant. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['found character that cannot start any token', 'indent with spaces, and quote values that begin with @, ` or %'],
  ['found a tab character where an indentation space is expected', 'indent with spaces'],
  ['found a tab character that violates indentation', 'indent with spaces'],
  ['mapping values are not allowed in this context', 'check the indentation, and quote text that holds ": "'],
  ["could not find expected ':'", 'check the line above: a key needs a colon, and longer text its indentation'],
  ['did not find expected key', 'check the indentation here and above'],
  ["did not find expected '-' indicator", 'check the indentation here and above'],
  ['did not find expected node content', 'close the brackets above, and quote values that begin with one'],
  [
    "did not find expected ',' or ']'",
    'close the bracket, and quote values that hold brackets, commas or question marks',
  ],
  ["did not find expected ',' or '}'", 'close the brace, and quote values that hold braces, commas or question marks'],
  ['did not find expected alphabetic or numeric character', 'quote values that begin with * or &'],
  ['did not find expected comment or line break', 'quote values that begin with | or >'],
  ['block sequence entries are not allowed in this context', 'begin the list on a line of its own'],
  ['found unknown escape character', 'double the backslash, or use single quotes'],
  ['found invalid Unicode character escape code', 'write the character itself'],
  ['found unexpected end of stream', 'close the quote'],
  ['found unexpected document indicator', 'close the quote above'],
  ['control characters are not allowed', 'remove the character'],
  ['invalid map key: a mapping or a list', 'quote keys and values that begin with a brace or bracket'],
  ['unsupported map key: null or an integer above int64', 'quote the key'],
  ['found incompatible YAML document', 'remove the %YAML line'],
  ['document contains excessive aliasing', 'write the repeated parts out'],
]);

/** Gives the reason with what to do about it, where that is known. */
export function advise(reason: string): string {
  const advice = ADVICE.get(reason);
  return advice === undefined ? reason : `${reason}; ${advice}`;
}
