#!/usr/bin/env node
// Posts every vector of a folder to the rule calculators and compares the answers.
// Usage: node check-vectors.mjs --base http://127.0.0.1:3000 --dir DIR [--only name] [--timeout ms]
// A file DIR/<calculator>.json is an array of { id, request, expect | expectStatus, basis, why }.
// `expect` is a subset of `result`: listed keys must be equal; arrays have the same length and are compared in order,
// and an object inside an array is again compared by its listed keys.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const options = {
  base: 'http://127.0.0.1:3000',
  dir: join(dirname(fileURLToPath(import.meta.url)), '../data/vectors'),
  only: '',
  timeout: '10000',
};
const args = process.argv.slice(2);
for (let i = 0; i < args.length; i += 2) {
  const name = args[i].replace(/^--/, '');
  if (!args[i].startsWith('--') || !(name in options) || args[i + 1] === undefined) {
    console.error(`unknown or incomplete option: ${args[i]}`);
    process.exit(2);
  }
  options[name] = args[i + 1];
}

const show = (value) => (value === undefined ? 'nothing' : JSON.stringify(value));
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The first difference between what is wanted and what came, or null. */
function difference(want, got, field) {
  if (Array.isArray(want)) {
    if (!Array.isArray(got)) return { field, got, want };
    if (want.length !== got.length) return { field: `${field}.length`, got: got.length, want: want.length };
    for (let i = 0; i < want.length; i += 1) {
      const found = difference(want[i], got[i], `${field}[${i}]`);
      if (found) return found;
    }
    return null;
  }
  if (isObject(want)) {
    if (!isObject(got)) return { field, got, want };
    for (const key of Object.keys(want)) {
      const inner = field === '' ? key : `${field}.${key}`;
      const found = difference(want[key], Object.hasOwn(got, key) ? got[key] : undefined, inner);
      if (found) return found;
    }
    return null;
  }
  return Object.is(want, got) ? null : { field, got, want };
}

async function check(calculator, vector) {
  let response;
  let text;
  try {
    response = await fetch(new URL(`/v1/rules/${calculator}`, options.base), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(vector.request),
      signal: AbortSignal.timeout(Number(options.timeout)),
    });
    text = await response.text();
  } catch (error) {
    return { field: 'request', got: String(error.cause?.code ?? error.message), want: 'an answer' };
  }
  if (vector.expectStatus !== undefined) {
    if (response.status !== vector.expectStatus)
      return { field: 'status', got: response.status, want: vector.expectStatus };
    const type = (response.headers.get('content-type') ?? '').split(';')[0].trim().toLowerCase();
    return type === 'application/problem+json'
      ? null
      : { field: 'content-type', got: type, want: 'application/problem+json' };
  }
  if (response.status !== 200) return { field: 'status', got: response.status, want: 200 };
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return { field: 'body', got: text.slice(0, 80), want: 'JSON' };
  }
  if (!isObject(body) || !isObject(body.result)) return { field: 'result', got: body?.result, want: 'an object' };
  return difference(vector.expect, body.result, '');
}

const folder = resolve(options.dir);
const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
let passed = 0;
let failed = 0;
const seen = new Set();
for (const file of files) {
  const calculator = file.slice(0, -'.json'.length);
  if (options.only !== '' && options.only !== calculator) continue;
  const vectors = JSON.parse(await readFile(join(folder, file), 'utf8'));
  for (const vector of vectors) {
    const twice = seen.has(vector.id);
    seen.add(vector.id);
    const malformed = isObject(vector.expect) === (vector.expectStatus !== undefined);
    const found =
      twice || malformed
        ? {
            field: 'vector',
            got: twice ? 'id used twice' : 'expect and expectStatus',
            want: 'a unique id and one of the two',
          }
        : await check(calculator, vector);
    if (found) {
      failed += 1;
      console.log(`${vector.id}  ${found.field}  got ${show(found.got)}  want ${show(found.want)}  (${vector.why})`);
    } else {
      passed += 1;
    }
  }
}
console.log(`vectors: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
