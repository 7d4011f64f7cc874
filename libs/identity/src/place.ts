import { isIPv4, isIPv6 } from 'node:net';

/** From where, as far as it is told. */
export interface Place {
  readonly ip: string;
}

/**
 * The part of an address that one subscriber has: all of an IPv4 address, the first 64 bits of an IPv6 one. Whoever
 * has one address of version 6 has 2^64 of them, and could fail from each.
 */
export function findNetwork({ ip }: Place): string {
  if (!isIPv6(ip)) return ip;
  const [plain = ''] = ip.toLowerCase().split('%');
  const mapped = plain.slice(plain.lastIndexOf(':') + 1);
  if (isIPv4(mapped) && /^[0:]*:ffff:$/.test(plain.slice(0, -mapped.length))) return mapped;
  const [head = '', tail] = plain.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  // A dotted ending stands for two groups; it lies beyond the first 64 bits and only its length counts.
  const lastGroups = last.length + (isIPv4(last.at(-1) ?? '') ? 1 : 0);
  const filled = [...first, ...Array<string>(Math.max(0, 8 - first.length - lastGroups)).fill('0'), ...last];
  return filled
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
