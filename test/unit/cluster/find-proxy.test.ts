import { describe, expect, it } from 'vitest';
import { findProxy } from '../../../src/cluster/find-proxy.ts';

const proxy = 'http://proxy.example.com:3128';
const find = (server: string, noProxy = '') => findProxy(server, { HTTPS_PROXY: proxy, NO_PROXY: noProxy });

describe('the proxy of the environment', () => {
  it.each([
    ['https://k8s.example.com:6443', { HTTPS_PROXY: proxy }, proxy],
    ['https://k8s.example.com:6443', { https_proxy: proxy }, proxy],
    ['https://k8s.example.com:6443', { https_proxy: 'proxy:3128' }, 'http://proxy:3128'],
    ['https://k8s.example.com:6443', { https_proxy: 'socks5://proxy:1080' }, 'socks5://proxy:1080'],
    ['https://k8s.example.com:6443', { HTTP_PROXY: proxy }, null],
    ['http://k8s.example.com', { HTTP_PROXY: proxy }, proxy],
    ['https://k8s.example.com', {}, null],
    ['not a url', { HTTPS_PROXY: proxy }, null],
  ])('for %s with %j is %s', (server, env, expected) => {
    expect(findProxy(server, env)).toBe(expected);
  });

  it.each(['https://localhost:6443', 'https://127.0.0.1:6443', 'https://127.1.2.3:6443', 'https://[::1]:6443'])(
    'is not asked for this machine: %s',
    (server) => {
      expect(find(server)).toBeNull();
    },
  );

  it.each([
    ['*', 'https://k8s.example.com'],
    ['other, example.com', 'https://k8s.example.com'],
    ['EXAMPLE.com', 'https://example.com'],
    ['.example.com', 'https://k8s.example.com'],
    ['*.example.com', 'https://k8s.example.com'],
    ['example.com:6443', 'https://k8s.example.com:6443'],
    ['example.com:443', 'https://k8s.example.com'],
    ['10.0.0.0/8', 'https://10.1.2.3:6443'],
    ['10.1.2.3', 'https://10.1.2.3:6443'],
    ['10.1.2.3:6443', 'https://10.1.2.3:6443'],
    ['fd00::/8', 'https://[fd00::1]:6443'],
    ['fd00::1', 'https://[fd00::1]:6443'],
    ['[fd00::1]:6443', 'https://[fd00::1]:6443'],
  ])('is not asked where %s is excepted for %s', (noProxy, server) => {
    expect(find(server, noProxy)).toBeNull();
  });

  it.each([
    ['', 'https://k8s.example.com'],
    ['.example.com', 'https://example.com'],
    ['ample.com', 'https://k8s.example.com'],
    ['example.com:443', 'https://k8s.example.com:6443'],
    ['10.0.0.0/8', 'https://11.1.2.3:6443'],
    ['10.0.0.0/99', 'https://10.1.2.3:6443'],
    ['10.0.0.0/x', 'https://10.1.2.3:6443'],
    ['10.0.0.0/8', 'https://k8s.example.com'],
    ['10.1.2.3', 'https://10.1.2.4:6443'],
  ])('is asked where %s is excepted for %s', (noProxy, server) => {
    expect(find(server, noProxy)).toBe(proxy);
  });
});
