import { BlockList, isIP } from 'node:net';

/**
 * The proxy that the environment names for a server, as kubectl finds it; `null` for none.
 * @param server - a URL; of none that can be read no proxy is found
 * @see golang.org/x/net/http/httpproxy
 */
export function findProxy(server: string, env: Readonly<Record<string, string | undefined>>): string | null {
  if (!URL.canParse(server)) return null;
  const { protocol, hostname, port } = new URL(server);
  const read = (name: string): string => env[name.toUpperCase()] || env[name] || '';
  const proxy = read(protocol === 'https:' ? 'https_proxy' : 'http_proxy');
  const host = hostname.replace(/^\[|\]$/gu, '');
  if (proxy === '' || isHere(host)) return null;
  const exceptions = read('no_proxy')
    .split(',')
    .map((entry) => entry.trim().toLowerCase());
  if (exceptions.some((entry) => excepts(entry, host, port || (protocol === 'https:' ? '443' : '80')))) return null;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const isHere = (host: string): boolean =>
  host === 'localhost' || (isIP(host) !== 0 && loopback.check(host, familyOf(host)));

/** @param entry - of `no_proxy`: `*`, `10.0.0.0/8`, an address, `example.com`, `.example.com`; each but the first with a port or without */
function excepts(entry: string, host: string, port: string): boolean {
  if (entry === '' || entry === '*') return entry === '*';
  const [network = '', prefix] = entry.split('/');
  if (prefix !== undefined) {
    const bits = Number(prefix);
    if (isIP(host) === 0 || isIP(network) !== isIP(host) || !(bits <= (isIP(host) === 4 ? 32 : 128))) return false;
    const block = new BlockList();
    block.addSubnet(network, bits, familyOf(network));
    return block.check(host, familyOf(host));
  }
  const [, name = '', only] = isIP(entry) === 6 ? [entry, entry] : (/^\[?(.*?)\]?(?::(\d+))?$/u.exec(entry) ?? []);
  if (only !== undefined && only !== port) return false;
  if (isIP(host) !== 0 || isIP(name) !== 0) return name === host;
  const domain = name.replace(/^\*?\./u, '');
  return host.endsWith(`.${domain}`) || (host === domain && name === domain);
}
