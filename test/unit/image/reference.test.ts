import { describe, expect, it } from 'vitest';
import { parseImageReference } from '../../../src/image/reference.ts';

const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('a reference that container runtimes read', () => {
  it.each([
    ['nginx', 'docker.io', 'library/nginx', null, null],
    ['nginx:1.29', 'docker.io', 'library/nginx', '1.29', null],
    ['team/app', 'docker.io', 'team/app', null, null],
    ['docker.io/nginx', 'docker.io', 'library/nginx', null, null],
    ['index.docker.io/nginx', 'docker.io', 'library/nginx', null, null],
    ['index.docker.io/team/app:1', 'docker.io', 'team/app', '1', null],
    ['localhost/app', 'localhost', 'app', null, null],
    ['localhost:5000/app:1', 'localhost:5000', 'app', '1', null],
    ['registry:5000/app', 'registry:5000', 'app', null, null],
    ['Registry/app', 'Registry', 'app', null, null],
    ['registry.example.com/a/b/c:v1.0_x-y', 'registry.example.com', 'a/b/c', 'v1.0_x-y', null],
    ['127.0.0.1/app', '127.0.0.1', 'app', null, null],
    ['[2001:db8::1]:5000/app:1', '[2001:db8::1]:5000', 'app', '1', null],
    ['[::1]/app', '[::1]', 'app', null, null],
    [`app@${sha256}`, 'docker.io', 'library/app', null, sha256],
    [`quay.io/team/app:1@${sha256}`, 'quay.io', 'team/app', '1', sha256],
    ['app:5000', 'docker.io', 'library/app', '5000', null],
    ['a__b/c-----d/e.f', 'docker.io', 'a__b/c-----d/e.f', null, null],
    [`app:${'t'.repeat(128)}`, 'docker.io', 'library/app', 't'.repeat(128), null],
  ])('%s', (text, registry, repository, tag, digest) => {
    expect(parseImageReference(text)).toEqual({ kind: 'reference', registry, repository, tag, digest });
  });
});

describe('a text that none reads', () => {
  it.each([
    ['', 'invalid reference format'],
    [' nginx', 'invalid reference format'],
    ['nginx:', 'invalid reference format'],
    ['nginx@', 'invalid reference format'],
    ['nginx:a b', 'invalid reference format'],
    ['https://nginx', 'invalid reference format'],
    ['${IMAGE}', 'repository name must be lowercase'],
    ['team/App:1', 'repository name must be lowercase'],
    ['a___b/c', 'invalid reference format'],
    ['a..b/c/', 'invalid reference format'],
    ['registry.example.com', 'invalid reference format', 'registry.example.com/'],
    [`app:${'t'.repeat(129)}`, 'invalid reference format'],
    ['0123456789abcdef'.repeat(4), '64 hexadecimal digits are an identifier, not a repository name'],
    [`registry.example.com/${'a'.repeat(256)}`, 'repository name must not be more than 255 characters'],
    ['app@sha256:0123456789abcdef0123456789abcdef', 'invalid checksum digest length or digits'],
    [`app@sha256:${'0123456789ABCDEF'.repeat(4)}`, 'invalid checksum digest length or digits'],
    ['app@md5:0123456789abcdef0123456789abcdef', 'unsupported digest algorithm'],
    ['app:1@MD5:0123456789abcdef0123456789abcdef', 'invalid checksum digest format'],
    ['a'.repeat(5000), 'longer than 4096 characters'],
  ])('%s', (text, reason, instead = text) => {
    expect(parseImageReference(instead)).toEqual({ kind: 'reference-error', reason });
  });
});

it('a text of megabytes is refused before any pattern sees it', () => {
  expect(parseImageReference('a.'.repeat(2_000_000)).kind).toBe('reference-error');
});
