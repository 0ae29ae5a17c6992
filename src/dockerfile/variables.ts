/** Values of `ARG` and `ENV`; `null` where only the build knows it. */
export type Variables = ReadonlyMap<string, string | null>;

const reference = /\\\$|\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?::?([-+])([^{}]*))?\})/gu;

/**
 * Fills in `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+value}`. What the build alone knows stays as it is written.
 * @see github.com/moby/buildkit/frontend/dockerfile/shell `Lex.ProcessWord`
 */
export function expandVariables(text: string, variables: Variables): string {
  return text.replaceAll(
    reference,
    (whole, plain?: string, braced?: string, operator?: string, operand?: string): string => {
      const name = plain ?? braced;
      if (name === undefined) return '$';
      const value = variables.get(name) ?? null;
      if (operator === '-') return value === null || value === '' ? (operand ?? '') : value;
      if (operator === '+') return value === null || value === '' ? '' : (operand ?? '');
      return value ?? whole;
    },
  );
}

/** Whether a text still holds what only the build can fill in. */
export function isOpen(text: string): boolean {
  return /\$[A-Za-z_{]/u.test(text);
}

/** The pairs of `ARG A=1 B`, `ENV A=1 B="x y"` and the old `ENV A x y`. */
export function readAssignments(keyword: string, text: string): readonly (readonly [string, string | null])[] {
  const old = keyword === 'ENV' ? /^([A-Za-z_][A-Za-z0-9_]*)\s+([^=].*)$/su.exec(text) : null;
  if (old?.[1] !== undefined && old[2] !== undefined) return [[old[1], unquote(old[2])]];
  const pairs: (readonly [string, string | null])[] = [];
  for (const [, name, , value] of text.matchAll(
    /([A-Za-z_][A-Za-z0-9_]*)(=((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])*))?(?=\s|$)/gu,
  )) {
    if (name !== undefined) pairs.push([name, value === undefined ? null : unquote(value)]);
  }
  return pairs;
}

function unquote(text: string): string {
  return text.replaceAll(
    /"((?:\\.|[^"\\])*)"|'([^']*)'/gu,
    (_, double?: string, single?: string) => double ?? single ?? '',
  );
}
