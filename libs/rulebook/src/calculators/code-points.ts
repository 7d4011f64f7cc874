/** Order by Unicode code points, which differs from that of JavaScript's UTF-16 units beyond the basic plane. */
export function compareCodePoints(a: string, b: string): -1 | 0 | 1 {
  for (let i = 0; ;) {
    const [left, right] = [a.codePointAt(i), b.codePointAt(i)];
    if (left === undefined || right === undefined) return left === right ? 0 : left === undefined ? -1 : 1;
    if (left !== right) return left < right ? -1 : 1;
    i += left > 0xffff ? 2 : 1;
  }
}
