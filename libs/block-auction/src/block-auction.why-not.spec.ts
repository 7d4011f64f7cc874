import { ROLES } from '#case-kit';
import { explainState } from '#engine';
import { blockAuction } from './block-auction.case-type.js';
import { PHASES } from './block-auction.model.js';
import { askEverywhere, refuseByEachRule, type Told } from './why-not.fixture.js';

const answered = askEverywhere(explainState);
const refusals: readonly (readonly [string, Told])[] = [
  ...answered.flatMap(({ phase, command, refusals: told }) =>
    told.map((refusal): [string, Told] => [`${command} in ${phase}, ${refusal.rule}`, refusal]),
  ),
  ...refuseByEachRule(),
];

/** All that a person reads of a refusal, in one piece. */
function readingOf({ ref, text, found, required, cure }: Told): string {
  const said = [found, required].map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return [ref.act, ref.provision, text, ...said, cure.who, cure.how].join(' | ');
}

const failing = (isFaulty: (refusal: Told) => boolean): readonly string[] =>
  refusals.filter(([, refusal]) => isFaulty(refusal)).map(([place, refusal]) => `${place}: ${readingOf(refusal)}`);

const CODES: Readonly<Record<string, RegExp>> = {
  'a camelCase name': /\b[a-z]+[A-Z]\w*/,
  'a SNAKE_CASE name': /\b[A-Z0-9]+_[A-Z0-9_]+\b/,
  'an instant that no one would write': /\d{4}-\d{2}-\d{2}/,
  'a bare amount': /\b\d{6,}\.\d\d\b/,
  'a value of a program': /\b(null|undefined|true|false)\b|\[object|NaN/,
  'the name of a role in the code': new RegExp(`\\b(${ROLES.filter((role) => role.includes('-')).join('|')})\\b`),
};

describe('why not', () => {
  it('is asked for every command that people give in every state, and for every rule', () => {
    expect(new Set(answered.map(({ phase }) => phase)).size).toBe(PHASES.length);
    const people = Object.values(blockAuction.commands).filter(({ roles }) => roles.some((role) => role !== 'system'));
    expect(answered).toHaveLength(PHASES.length * people.length);
    const rules = Object.values(blockAuction.commands).flatMap((spec) => spec.rules.map(({ name }) => name));
    const told = new Set(refusals.map(([, { rule }]) => rule));
    expect(rules.filter((name) => !told.has(name))).toEqual([]);
  });

  it('always has a provision, a sentence, what was found, what is needed, and a cure', () => {
    const isMissing = (value: unknown): boolean =>
      value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
    expect(
      failing(({ ref, text, found, required, cure }) =>
        [ref.act, ref.provision, text, found, required, cure.who, cure.how].some(isMissing),
      ),
    ).toEqual([]);
    expect(failing(({ text }) => !/^[A-Z].*\.$/.test(text))).toEqual([]);
  });

  it.each(Object.entries(CODES))('never holds %s', (_, code) => {
    expect(failing((refusal) => code.test(readingOf(refusal)))).toEqual([]);
  });

  it('counts one as one', () => {
    expect(failing((refusal) => /\b1 (?!of )\w+s\b/.test(readingOf(refusal)))).toEqual([]);
  });

  it('says by when wherever the clock leads on or a bidder can cure it before a deadline', () => {
    const running = ['saleOpen', 'bidding', 'roundTwoLive'];
    const late = answered
      .filter(({ phase }) => running.includes(phase))
      .flatMap(({ phase, command, refusals: told }) => told.map((refusal) => ({ phase, command, refusal })))
      .filter(({ refusal }) => refusal.cure.who === 'the clock' || refusal.cure.who === 'your organisation')
      .filter(({ refusal }) => refusal.cure.by === undefined);
    expect(late).toEqual([]);
    expect(
      failing(({ cure }) => cure.by !== undefined && !/^\d{4}-\d{2}-\d{2}(T[\d:]+\+05:30)?$/.test(cure.by)),
    ).toEqual([]);
  });

  it('names nobody as the one who can cure it only where nothing can be done or needs to be', () => {
    const nothing = /nothing|no longer|over|stands as given|no bid|papers as they are/;
    expect(failing(({ cure }) => cure.who === 'nobody' && !nothing.test(cure.how))).toEqual([]);
  });
});
