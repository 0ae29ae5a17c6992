/**
 * Image references as kubelet and containerd read them (github.com/distribution/reference v0.6.0, `ParseNormalizedNamed`):
 *
 *     reference := [registry "/"] repository [":" tag] ["@" digest]
 *
 * The first segment is a registry when it is `localhost`, or holds a dot, a colon or a capital letter; else the registry
 * is docker.io, where a repository of one segment is in `library/`.
 */
export interface ImageReference {
  readonly kind: 'reference';
  /** Host, with port if written: `docker.io`, `registry.example.com:5000`, `[2001:db8::1]:5000`. */
  readonly registry: string;
  /** Path in the registry: `library/nginx`. */
  readonly repository: string;
  readonly tag: string | null;
  /** `sha256:` and 64 hexadecimal digits; when there is one too, a tag decides nothing. */
  readonly digest: string | null;
}

/** A text that no container runtime can pull, with the upstream parser's reason. */
export interface ImageReferenceError {
  readonly kind: 'reference-error';
  readonly reason: string;
}

const defaultRegistry = 'docker.io';
const legacyDefaultRegistry = 'index.docker.io';
/** Ours: upstream sets a limit to the repository alone, and a text of megabytes must not reach a regular expression. */
const lengthLimit = 4096;
const repositoryLengthLimit = 255;

const hostLabel = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const host = String.raw`(?:${hostLabel}(?:\.${hostLabel})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?`;
const segment = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const digestPattern = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const referencePattern = new RegExp(
  String.raw`^(${host})/(${segment}(?:/${segment})*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(${digestPattern}))?$`,
  'u',
);
const identifierPattern = /^[a-f0-9]{64}$/u;
const digestPatterns: ReadonlyMap<string, RegExp> = new Map([
  ['sha256', /^[a-f0-9]{64}$/u],
  ['sha384', /^[a-f0-9]{96}$/u],
  ['sha512', /^[a-f0-9]{128}$/u],
]);

export function parseImageReference(text: string): ImageReference | ImageReferenceError {
  if (text.length > lengthLimit) return refuse(`longer than ${lengthLimit} characters`);
  if (identifierPattern.test(text)) return refuse('64 hexadecimal digits are an identifier, not a repository name');
  const [domain, remainder] = splitRegistry(text);
  const name = remainder.split(':', 1)[0] ?? '';
  if (name.toLowerCase() !== name) return refuse('repository name must be lowercase');
  const [, registry = '', repository = '', tag, digest] = referencePattern.exec(`${domain}/${remainder}`) ?? [];
  if (registry === '') return refuse('invalid reference format');
  if (repository.length > repositoryLengthLimit) {
    return refuse(`repository name must not be more than ${repositoryLengthLimit} characters`);
  }
  const fault = digest === undefined ? null : findDigestFault(digest);
  if (fault !== null) return refuse(fault);
  return { kind: 'reference', registry, repository, tag: tag ?? null, digest: digest ?? null };
}

/** Upstream `splitDockerDomain`. */
function splitRegistry(text: string): readonly [registry: string, remainder: string] {
  const slash = text.indexOf('/');
  const first = slash === -1 ? '' : text.slice(0, slash);
  const rest = text.slice(slash + 1);
  const isRegistry = first === 'localhost' || /[.:]/u.test(first) || first.toLowerCase() !== first;
  const registry = !isRegistry || first === legacyDefaultRegistry ? defaultRegistry : first;
  const remainder = isRegistry ? rest : text;
  return [registry, registry === defaultRegistry && !remainder.includes('/') ? `library/${remainder}` : remainder];
}

/** go-digest v1.0.0 `Digest.Validate`. */
function findDigestFault(digest: string): string | null {
  const colon = digest.indexOf(':');
  const algorithm = digest.slice(0, colon);
  const pattern = digestPatterns.get(algorithm);
  if (pattern === undefined) {
    return algorithm === algorithm.toLowerCase() ? 'unsupported digest algorithm' : 'invalid checksum digest format';
  }
  return pattern.test(digest.slice(colon + 1)) ? null : 'invalid checksum digest length or digits';
}

function refuse(reason: string): ImageReferenceError {
  return { kind: 'reference-error', reason };
}
