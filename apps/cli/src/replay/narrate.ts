import { cite, localTime, tabulate, wrap } from '../drive/lines.js';
import type { Provisions, RecordedAct } from '../drive/record.js';
import type { Comparison, Outcome } from './compare.js';
import { isAssumed, type LawNumber } from './law.js';
import type { Performance } from './perform.js';

/** All that a story is told from: the performance, and what the platform recorded of it. */
export interface Told {
  readonly performance: Performance;
  readonly record: readonly RecordedAct[];
  readonly provisions: Provisions;
  readonly outcome: Outcome;
  readonly comparison: Comparison;
  /** Until when the round is open after each offer, and whether the offer extended it, by the hash of its entry. */
  readonly closings: ReadonlyMap<string, { readonly at: string; readonly extended: boolean }>;
  /** How the public calculator counted who qualifies. */
  readonly working: readonly string[];
  /** Names of the parameters that the record of this case rests on. */
  readonly numbersRead: readonly string[];
}

const CAPACITIES: Readonly<Record<string, string>> = {
  'state-officer': "the State's officer",
  'central-officer': "the Centre's officer",
  'approving-officer': 'an approving officer',
  'evaluation-chair': 'the chair of the committee',
  'evaluation-member': 'a member of the committee',
  system: 'the clock',
};
const INDENT = 21;

/** The whole story of a replay, in lines for a terminal. */
export function narrate(told: Told): readonly string[] {
  return [...tellHead(told), '', ...tellLaw(told), '', ...tellActs(told), '', ...tellEnd(told)];
}

function tellHead({ performance: { auction, case: rehearsal, filledIn, noticeOn } }: Told): readonly string[] {
  return [
    `Replay of ${auction.id}: ${auction.blockName}, ${auction.stateName}`,
    `Rehearsal ${rehearsal.id}, at the dates of the auction and under the law of ${noticeOn}`,
    ...auction.sources.map((url) => `Source: ${url}`),
    '',
    'Filled in, because the sources do not tell it:',
    ...filledIn.flatMap((each) => wrap(`- ${each}`, 2, 4)),
  ];
}

function tellLaw({ performance: { law, noticeOn }, numbersRead }: Told): readonly string[] {
  const numbers = [...law.values()].filter(({ name }) => numbersRead.includes(name));
  const known = numbers.filter((number) => !isAssumed(number));
  const assumed = numbers.filter(isAssumed);
  return [
    `Numbers of the law of ${noticeOn}, found in the sources of the rule book:`,
    ...known.flatMap(tellNumber),
    '',
    `Numbers that are not known for ${noticeOn}, and are assumed:`,
    ...assumed.flatMap((number) => [...tellNumber(number), ...wrap(`assumed from: ${number.source}`, 6)]),
  ];
}

function tellNumber({ name, value, unit, ref }: LawNumber): readonly string[] {
  return wrap(`${name}: ${showValue(value, unit)} (${cite(ref)})`, 2, 6);
}

function showValue(value: unknown, unit: string): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' || typeof value === 'string' ? `${value} ${unit}` : 'a table';
}

function tellActs(told: Told): readonly string[] {
  const seen = new Set<string>();
  return groupActs(told.record).flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const lines = [...tellGroup(told, group), ...tellRules(told, group, seen)];
    return first.command === 'OPEN_PRICES' ? [...lines, ...tellInitialOffers(told)] : lines;
  });
}

/** Acts of one kind that follow one another, such as twelve purchases; a proposal belongs to what it proposes. */
function groupActs(record: readonly RecordedAct[]): readonly (readonly RecordedAct[])[] {
  const groups: RecordedAct[][] = [];
  for (const act of record) {
    if (act.kind === 'clock') continue;
    const last = groups.at(-1);
    if (last?.[0]?.command === act.command && act.command !== 'FINAL_OFFER') last.push(act);
    else groups.push([act]);
  }
  return groups;
}

function tellGroup(told: Told, group: readonly RecordedAct[]): readonly string[] {
  const last = group.at(-1);
  if (last === undefined) return [];
  const text = last.command === 'FINAL_OFFER' ? tellOffer(told, last) : tellAct(told, group, last);
  return wrap(`${localTime(last.view.at)}  ${text}`, 0, INDENT);
}

function tellAct({ provisions, performance }: Told, group: readonly RecordedAct[], last: RecordedAct): string {
  const { from, to } = last.view;
  const state = to === undefined || to === null || to === from ? undefined : provisions.ofState(to);
  if (last.kind === 'timer')
    return state === undefined ? last.command : `The clock: ${state.text} (${cite(state.ref)})`;
  const command = provisions.ofCommand(last.command);
  const what = command === undefined ? last.command : `${command.text} (${cite(command.ref)})`;
  return `${capitalise(tellWho(performance, group))}: ${what}`;
}

function tellWho(performance: Performance, group: readonly RecordedAct[]): string {
  const proposer = group.find(({ kind }) => kind === 'proposed');
  const last = group.at(-1);
  if (proposer !== undefined && last !== undefined) {
    return `${wordOf(proposer)} proposes, ${wordOf(last)} confirms`;
  }
  if (last?.capacity !== 'bidder') return last === undefined ? '' : wordOf(last);
  return group.map((act) => nameOf(performance, act)).join('; ');
}

function wordOf({ capacity }: RecordedAct): string {
  return CAPACITIES[capacity] ?? capacity;
}

function nameOf({ cast }: Performance, { view }: RecordedAct): string {
  const bidder = [...cast.values()].find(({ organisationId }) => organisationId === view.organisation);
  return bidder?.legalName ?? 'a bidder';
}

function tellOffer({ performance, closings }: Told, act: RecordedAct): string {
  const name = nameOf(performance, act);
  const { percent } = (act.view.form ?? {}) as { readonly percent: string };
  if (act.kind !== 'accepted') return `${name} offers ${percent} %, and is asked to repeat it in figures and in words`;
  const planned = performance.offers.find((offer) => offer.percent === percent && offer.bidder === name);
  const closes = closings.get(act.hash);
  const mark = { nothing: ' [published]', bidder: ' [published; its bidder filled in]', offer: ' [filled in]' };
  return (
    `${name} offers ${percent} %${planned === undefined ? '' : mark[planned.filledIn]}` +
    (closes?.extended === true ? `; it extends the round to ${localTime(closes.at).slice(11)}` : '')
  );
}

/** Every rule that was judged in these acts; a rule that was cited for the same command already is not cited again. */
function tellRules({ provisions }: Told, group: readonly RecordedAct[], seen: Set<string>): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const names = [...new Set(group.flatMap(({ rules }) => rules))].filter((name) => {
    const key = `${first.command} ${name}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
  return names.flatMap((name) => {
    const rule = provisions.ofRule(first.command, name);
    const text = rule === undefined ? name : `${name} (${cite(rule.ref)}): ${rule.text}`;
    return wrap(`applied: ${text}`, INDENT, INDENT + 2);
  });
}

function tellInitialOffers({ performance: { field }, outcome, comparison, working }: Told): readonly string[] {
  const marks = new Map(field.bidders.map(({ name, filledIn }) => [name, filledIn]));
  const rows = [...outcome.openedOffers]
    .sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity))
    .map(({ name, percent, rank, qualified }) => [
      rank === null ? '-' : String(rank),
      percent ?? 'sealed',
      qualified ? 'qualified' : '',
      name ?? '',
      marks.get(name ?? '') === 'nothing' ? '[published]' : '[filled in]',
    ]);
  return [
    ...tabulate([['rank', 'offer', '', 'bidder', ''], ...rows], INDENT),
    ...working.flatMap((sentence) => wrap(`computed: ${sentence}`, INDENT, INDENT + 2)),
    ...comparison.ranks.flatMap((rank) => wrap(`note: ${rank}`, INDENT, INDENT + 2)),
  ];
}

function tellEnd({ performance: { auction, case: rehearsal }, outcome, comparison }: Told): readonly string[] {
  const { preferredBidder: declared } = outcome;
  const verdict = comparison.equal
    ? [
        `Equal to the published outcome: ${auction.finalPercent ?? ''} %, ${auction.preferredBidder ?? ''} (${auction.outcomeSource})`,
      ]
    : comparison.differences.map(
        ({ datum, published, replayed }) => `Not equal: ${datum} is ${published} in print and ${replayed} here`,
      );
  return [
    declared === null
      ? `The attempt ended without a preferred bidder: ${outcome.status}.`
      : `Declared preferred bidder: ${declared.name ?? ''} at ${declared.percent} %`,
    ...verdict.flatMap((line) => wrap(line, 0, 2)),
    ...comparison.questions.flatMap((each) => wrap(`A question, not an expected value: ${each}.`, 0, 2)),
    `Protocol, for everybody: ${rehearsal.people.anybody.baseUrl}${rehearsal.path}/protocol`,
  ];
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
