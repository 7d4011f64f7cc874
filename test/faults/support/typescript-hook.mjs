import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';

/**
 * Lets a plain Node process run the sources as they stand: `node --import …/typescript-hook.mjs child.ts`. The tests of
 * crashes need real processes, and must not depend on when somebody has last built the product.
 */
const ROOT = new URL('../../../', import.meta.url);
const { imports } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));

export async function resolve(specifier, context, next) {
  const alias = imports[specifier];
  if (alias !== undefined) return { url: new URL(alias.types, ROOT).href, shortCircuit: true };
  const isOurs = specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts');
  if (!isOurs) return await next(specifier, context);
  return { url: new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL).href, shortCircuit: true };
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return await next(url, context);
  const filename = fileURLToPath(url);
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
  });
  return { format: 'module', source: code, shortCircuit: true };
}

// In the main thread of the process this file is only imported; the hooks run in their own.
if (process.argv[1]?.endsWith('.ts')) register(pathToFileURL(fileURLToPath(import.meta.url)));
