import type { AnyCaseType, LawSnapshot, ProvisionRef } from '#case-kit';
import type { Calculator } from './calculator.js';
import type { LawBook, PublishedParameter } from './law-book.js';
import { nameVersion } from './parameter.js';
import type { Sentence } from './sentence.js';

/** A vector of a calculator, as far as the index needs it. */
export interface IndexedVector {
  readonly id: string;
  readonly request: unknown;
}

export interface RuleIndexSources {
  readonly law: LawBook;
  readonly calculators: readonly Calculator[];
  readonly vectors: ReadonlyMap<string, readonly IndexedVector[]>;
  readonly caseTypes: readonly AnyCaseType[];
  /** Specs by path, with their text. */
  readonly specs: ReadonlyMap<string, string>;
  /** The default of `asOf` while vectors are run. */
  readonly today: string;
}

/** One provision as the product applies it. */
export interface IndexRow {
  readonly ref: ProvisionRef;
  readonly text: string;
  readonly appliedBy: string;
  readonly confidence: string;
  /** Vectors and specs; empty: nothing tests it. */
  readonly tests: readonly string[];
}

/** What each vector's answer rested on: its sentences, and the versions of parameters that it read. */
interface Traces {
  readonly bySentence: ReadonlyMap<Sentence, readonly string[]>;
  readonly byVersion: ReadonlyMap<string, readonly string[]>;
}

/** Every provision that is applied: by the calculators, as a parameter, and by the case types. */
export function collectRows(sources: RuleIndexSources): IndexRow[] {
  const traces = traceVectors(sources);
  return [
    ...sources.calculators.flatMap((calculator) => listSentences(calculator, sources.specs, traces)),
    ...sources.law.parameters.map((content) => toParameterRow(content, sources, traces)),
    ...sources.caseTypes.flatMap((caseType) => listCaseTypeRows(caseType, sources.specs)),
  ];
}

/** The index as one page of Markdown, act by act. */
export function renderRuleIndex(rows: readonly IndexRow[], lawHash: string): string {
  const acts = [...new Set(rows.map(({ ref }) => ref.act))].sort(compareNaturally);
  const untested = rows.filter(({ tests }) => tests.length === 0).length;
  const sections = acts.map((act) => {
    const own = rows.filter(({ ref }) => ref.act === act);
    own.sort(
      (a, b) => compareNaturally(a.ref.provision, b.ref.provision) || compareNaturally(a.appliedBy, b.appliedBy),
    );
    return `## ${act}\n\n${renderTable(own)}`;
  });
  return `# Index of rules

Written by \`npm run rules:index\` from the rule book, the calculators and the case types; \`npm run check:rules\` fails
when it is stale. ${rows.length} entries under ${acts.length} acts; ${untested} are named by no test.

Confidence: *primary* was read in official wording, *secondary* in another source, *derived* follows from either,
*policy* is a named default where the law is silent, *unverified* awaits the rule book's owner. The rules of an
invented case type have none.

Law of the seed before it is signed: \`${lawHash}\`

${sections.join('\n')}`;
}

function renderTable(rows: readonly IndexRow[]): string {
  const lines = rows.map(({ ref, text, appliedBy, confidence, tests }) =>
    [ref.provision, text, appliedBy, confidence, tests.length === 0 ? '**none**' : summarise(tests)]
      .map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' '))
      .join(' | '),
  );
  const header = 'Provision | What it says | Applied by | Confidence | Tested by';
  return [header, '--- | --- | --- | --- | ---', ...lines].map((line) => `| ${line} |\n`).join('');
}

const SHOWN = 3;

/** Vectors are counted. Of specs one is enough, else the page would change with every other one that is written. */
function summarise(tests: readonly string[]): string {
  const [first = ''] = tests;
  if (first.includes('/')) return first.slice(first.lastIndexOf('/') + 1);
  const shown = tests.slice(0, SHOWN).join(', ');
  return tests.length > SHOWN ? `${shown} and ${tests.length - SHOWN} more` : shown;
}

function traceVectors({ calculators, vectors, law, today }: RuleIndexSources): Traces {
  const bySentence = new Map<Sentence, string[]>();
  const byVersion = new Map<string, string[]>();
  const note = <Key>(map: Map<Key, string[]>, key: Key, id: string): void => {
    const ids = map.get(key) ?? [];
    if (!ids.includes(id)) ids.push(id);
    map.set(key, ids);
  };
  for (const calculator of calculators) {
    for (const { id, request } of vectors.get(calculator.name) ?? []) {
      const watched = watch(law, (key) => note(byVersion, key, id));
      calculator.compute(request, watched, today, (sentence) => note(bySentence, sentence, id));
    }
  }
  return { bySentence, byVersion };
}

function watch(law: LawSnapshot, note: (versionKey: string) => void): LawSnapshot {
  return {
    hash: law.hash,
    find(name, on) {
      const found = law.find(name, on);
      if (found !== undefined) note(`${name} ${found.version}`);
      return found;
    },
    anchorOf: (name) => law.anchorOf(name),
    holidays: (jurisdiction) => law.holidays(jurisdiction),
  };
}

function listSentences({ name, sentences }: Calculator, specs: RuleIndexSources['specs'], traces: Traces): IndexRow[] {
  return Object.entries(sentences).map(([key, sentence]) => ({
    ref: sentence.ref,
    text: sentence.text,
    appliedBy: `calculator \`${name}\``,
    confidence: sentence.confidence,
    tests: traces.bySentence.get(sentence) ?? findSpecsNaming(`sentences.${key}`, specs),
  }));
}

function toParameterRow(content: PublishedParameter, sources: RuleIndexSources, { byVersion }: Traces): IndexRow {
  const { name, act, provision, text = '', confidence, inForceFrom, inForceUntil } = content;
  const period = `${inForceFrom === null ? '' : ` from ${inForceFrom}`}${inForceUntil === null ? '' : ` until ${inForceUntil}`}`;
  return {
    ref: { act, provision },
    text: `${text} ${describeValue(content)}`.trim(),
    appliedBy: `parameter \`${name}\`${period}`,
    confidence,
    tests: byVersion.get(`${name} ${nameVersion(content)}`) ?? findSpecsNaming(name, sources.specs),
  };
}

function describeValue({ value, unit }: PublishedParameter): string {
  if (value === null) return '(none)';
  if (Array.isArray(value)) return `(${value.length} ${unit === 'dates' ? 'dates' : 'rows'})`;
  return `(${typeof value === 'object' ? 'a table' : String(value)} ${unit})`;
}

function listCaseTypeRows(caseType: AnyCaseType, specs: ReadonlyMap<string, string>): IndexRow[] {
  const confidence = '';
  const tests = (name: string): string[] => findSpecsNaming(name, specs, `libs/${caseType.id}/`);
  const states = Object.entries(caseType.stateProvisions).map(([state, { ref, text }]) => ({
    ref,
    text,
    appliedBy: `\`${caseType.id}\`, state \`${state}\``,
    confidence,
    tests: tests(state.split('.').at(-1) ?? state),
  }));
  const commands = [['open', caseType.open] as const, ...Object.entries(caseType.commands)].flatMap(([name, spec]) => [
    {
      ref: spec.ref,
      text: spec.summary,
      appliedBy: `\`${caseType.id}\`, command \`${name}\``,
      confidence,
      tests: tests(name),
    },
    ...spec.rules.map((rule) => ({
      ref: rule.ref,
      text: rule.text,
      appliedBy: `\`${caseType.id}\`, command \`${name}\`, rule \`${rule.name}\``,
      confidence,
      tests: tests(rule.name),
    })),
  ]);
  return [...states, ...commands];
}

/** Specs in which a name stands as a word of its own, quoted or as a property. */
function findSpecsNaming(name: string, specs: ReadonlyMap<string, string>, under = ''): string[] {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const word = new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`);
  return [...specs].filter(([path, text]) => path.startsWith(under) && word.test(text)).map(([path]) => path);
}

/** r. 9 before r. 10. */
function compareNaturally(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
