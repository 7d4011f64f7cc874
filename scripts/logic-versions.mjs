// Which decisions a version of a case type makes is fixed once a case has been decided by it. For each case type this
// takes a SHA-256 over machine, commands, rules, timers, effects and schemes, and over what they import of their own
// folder, without comments, types and formatting, and compares it with the list in libs/case-types.
//   node scripts/logic-versions.mjs            fails when a hash has changed without a new version
//   node scripts/logic-versions.mjs --write    records new versions; refuses to change the hash of a recorded one
//   node scripts/logic-versions.mjs --write --unreleased    changes it all the same: no case has been decided by it yet
// Forms are left out (they judge at the edge), and so is the case type's own law (its numbers have versions of their own).
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import prettier from 'prettier';
import ts from 'typescript';

const args = process.argv.slice(2);
const rootAt = args.indexOf('--root');
const ROOT = rootAt === -1 ? join(import.meta.dirname, '..') : resolve(args[rootAt + 1] ?? '.');
const LIST = join(ROOT, 'libs/case-types/src/logic-versions.ts');
const PARTS = /\.(machine|commands|rules|timers|effects)\.ts$/;
const LEFT_OUT = /\.(spec|forms|law)\.ts$/;

/** Id and version as the case type's own file states them. */
function readCaseType(path) {
  const found = {};
  const visit = (node) => {
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && ts.isStringLiteral(node.initializer)) {
      if (node.name.text === 'id' || node.name.text === 'version') found[node.name.text] ??= node.initializer.text;
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ESNext, true));
  if (found.id === undefined || found.version === undefined) throw new Error(`${path} states no id or no version`);
  return { path, ...found };
}

function* listFiles(directory) {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* listFiles(path);
    else yield path;
  }
}

/** Parses the file as JavaScript: types, comments and what is imported for types alone are gone. */
function parseLogic(path) {
  const { outputText } = ts.transpileModule(readFileSync(path, 'utf8'), {
    fileName: path,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, removeComments: true },
  });
  return ts.createSourceFile(path.replace(/\.ts$/, '.js'), outputText, ts.ScriptTarget.ESNext, true);
}

/** Tokens without spacing and trailing commas; strings however they are quoted. */
function* listTokens(node, source) {
  if (ts.isStringLiteral(node)) {
    yield JSON.stringify(node.text);
    return;
  }
  const children = node.getChildren(source);
  if (children.length === 0) {
    const text = node.getText(source);
    if (text !== '') yield text;
    return;
  }
  for (const [index, child] of children.entries()) {
    const isTrailing = node.kind === ts.SyntaxKind.SyntaxList && index > 0 && index === children.length - 1;
    if (isTrailing && child.kind === ts.SyntaxKind.CommaToken) continue;
    yield* listTokens(child, source);
  }
}

function importsOf(source) {
  return source.statements
    .filter((statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))
    .flatMap(({ moduleSpecifier }) => (moduleSpecifier === undefined ? [] : [moduleSpecifier.text]))
    .filter((target) => target.startsWith('.'))
    .map((target) => join(dirname(source.fileName), target.replace(/\.js$/, '.ts')));
}

function hashLogic(directory) {
  const waiting = [...listFiles(directory)].filter((path) => {
    if (LEFT_OUT.test(path)) return false;
    return dirname(path) === directory ? PARTS.test(path) : basename(dirname(path)) === 'schemes';
  });
  const hashes = new Map();
  while (waiting.length > 0) {
    const path = waiting.pop();
    if (hashes.has(path) || LEFT_OUT.test(path)) continue;
    const source = parseLogic(path);
    hashes.set(
      path,
      createHash('sha256')
        .update([...listTokens(source, source)].join('\n'))
        .digest('hex'),
    );
    waiting.push(...importsOf(source));
  }
  const lines = [...hashes].map(([path, hash]) => `${relative(directory, path)} ${hash}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

function readRecorded() {
  if (!existsSync(LIST)) return {};
  const text = readFileSync(LIST, 'utf8');
  const { outputText } = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
  const module = { exports: {} };
  new Function('exports', outputText)(module.exports);
  return module.exports.logicVersions ?? {};
}

async function writeRecorded(recorded) {
  const sorted = Object.fromEntries(
    Object.keys(recorded)
      .sort()
      .map((id) => [id, recorded[id]]),
  );
  const text = `/**
 * The hash of each version's logic, by case type and version. Written by \`npm run logic:write\`; a hash that stands
 * here is never changed, because decisions rest on it.
 */
export const logicVersions: Readonly<Record<string, Readonly<Record<string, string>>>> = ${JSON.stringify(sorted)};
`;
  const style = JSON.parse(readFileSync(join(import.meta.dirname, '../.prettierrc.json'), 'utf8'));
  writeFileSync(LIST, await prettier.format(text, { ...style, parser: 'typescript' }));
}

const recorded = readRecorded();
const faults = [];
const libraries = readdirSync(join(ROOT, 'libs')).map((name) => join(ROOT, 'libs', name, 'src'));
const caseTypes = libraries
  .flatMap((directory) => [...listFiles(directory)].filter((path) => dirname(path) === directory))
  // The testing library has case types of its own, which are never served.
  .filter((path) => path.endsWith('.case-type.ts') && !path.includes('/libs/testing/'))
  .map(readCaseType);
for (const { id, version, path } of caseTypes) {
  const hash = hashLogic(dirname(path));
  const known = recorded[id]?.[version];
  if (known === hash) continue;
  if (!args.includes('--write')) {
    faults.push(
      known === undefined
        ? `${id} version ${version} is not recorded: npm run logic:write`
        : `the logic of ${id} has changed, but its version is still ${version}: state a new one in ${relative(ROOT, path)}`,
    );
  } else if (known !== undefined && !args.includes('--unreleased')) {
    faults.push(
      `version ${version} of ${id} is recorded with another logic: state a new version in ${relative(ROOT, path)}`,
    );
  } else {
    recorded[id] = { ...recorded[id], [version]: hash };
  }
}
if (args.includes('--write') && faults.length === 0) await writeRecorded(recorded);
for (const fault of faults) console.error(fault);
if (faults.length === 0) console.log(`${caseTypes.length} case types decide as their versions say`);
process.exitCode = faults.length === 0 ? 0 : 1;
