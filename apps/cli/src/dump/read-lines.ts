/**
 * The lines of a text that comes in pieces, each with its bytes. Only a line feed ends a line: node's own reader takes
 * the separators U+2028 and U+2029 for ends as well, and JSON text may hold them.
 */
export async function* readLines(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly text: string; readonly bytes: Buffer }> {
  let rest: Buffer[] = [];
  for await (const { buffer, byteOffset, byteLength } of pieces) {
    const chunk = Buffer.from(buffer, byteOffset, byteLength);
    let begin = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, begin)) {
      rest.push(chunk.subarray(begin, end + 1));
      const bytes = rest.length === 1 && rest[0] !== undefined ? rest[0] : Buffer.concat(rest);
      rest = [];
      begin = end + 1;
      yield { text: bytes.toString('utf8', 0, bytes.length - 1), bytes };
    }
    if (begin < chunk.length) rest.push(chunk.subarray(begin));
  }
  if (rest.length > 0) {
    const bytes = Buffer.concat(rest);
    yield { text: bytes.toString('utf8'), bytes };
  }
}
