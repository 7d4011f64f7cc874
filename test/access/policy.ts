import { readFileSync } from 'node:fs';
import { APPOINTABLE_ROLES, type AppointableRole } from '#identity';
import { NOBODY, type Caller, type Standing } from './callers.js';

/** What a caller gets: the answer, a refusal (403), no such thing (404), or the advice to log in (401). */
export const CELLS = ['yes', 'no', 'hidden', 'log in'] as const;
export type Cell = (typeof CELLS)[number];

/** Who may at all; roles by their names otherwise. */
const WORDS = [
  'everybody',
  'everybody once it is over',
  'everybody once the public sees it',
  'everybody where it is set up',
  'whoever sees the case',
  'whoever the case shows it',
  'whoever is logged in',
  'whoever holds a ticket',
  'any role',
] as const;
type Word = (typeof WORDS)[number];

interface Line {
  readonly who: Word | readonly AppointableRole[];
  readonly cells: Readonly<Record<Exclude<Standing, 'ended'>, Cell>>;
  readonly why: string;
}

export interface Policy {
  /** Subjects in their order: routes and situations of cases. */
  readonly subjects: ReadonlyMap<string, readonly Line[]>;
}

const FILE = new URL('../../docs/access-policy.csv', import.meta.url);
const COLUMNS = ['subject', 'who', 'own', 'other organisation', 'other State', 'why'];

/** The policy as people have written it. @throws Error naming the line that cannot be read. */
export function readPolicy(text = readFileSync(FILE, 'utf8')): Policy {
  const [head, ...rows] = text.trimEnd().split('\n').map(splitLine);
  if (head?.join() !== COLUMNS.join()) throw new Error(`docs/access-policy.csv begins with ${COLUMNS.join()}`);
  const subjects = new Map<string, Line[]>();
  for (const [index, row] of rows.entries()) {
    const [subject = '', who = '', own = '', other = '', abroad = '', why = ''] = row;
    const place = `docs/access-policy.csv, line ${index + 2}`;
    if (row.length !== COLUMNS.length || why.length < 10) throw new Error(`${place}: each line ends with its reason`);
    const cells = {
      own: readCell(own, place),
      'other organisation': readCell(other, place),
      'other State': readCell(abroad, place),
    };
    subjects.set(subject, [...(subjects.get(subject) ?? []), { who: readWho(who, place), cells, why }]);
  }
  return { subjects };
}

function readCell(text: string, place: string): Cell {
  const cell = CELLS.find((each) => each === (text === '' ? 'yes' : text));
  if (cell === undefined) throw new Error(`${place}: ${text} is none of ${CELLS.join(', ')}`);
  return cell;
}

function readWho(text: string, place: string): Line['who'] {
  const word = WORDS.find((each) => each === text);
  if (word !== undefined) return word;
  return text.split(' ').map((name) => {
    const role = APPOINTABLE_ROLES.find((each) => each === name);
    if (role === undefined) throw new Error(`${place}: ${name} is no role`);
    return role;
  });
}

/** Fields are quoted only where they hold a comma. */
function splitLine(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** Whether the case is there for the caller, by the policy's own words on this situation. */
export function seesByPolicy(policy: Policy, situation: string, caller: Caller): boolean {
  const lines = linesOf(policy, situation);
  if (lines.some(({ who }) => who === 'everybody')) return true;
  if (caller.role === 'nobody' || caller.standing === 'ended' || caller.standing === 'nobody') return false;
  const line = lines.findLast(({ who }) => typeof who === 'object' && who.includes(caller.role as AppointableRole));
  return line?.cells[caller.standing] === 'yes';
}

/**
 * What the policy says a caller gets at a route, in a situation where the route is about a case.
 *
 * @throws Error when the policy has no line for the route.
 */
export function cellByPolicy(policy: Policy, route: string, caller: Caller, situation?: string): Cell {
  const lines = linesOf(policy, route);
  const [first] = lines;
  const isPerson = caller.role !== 'nobody';
  const hasRole = isPerson && caller.standing !== 'ended';
  switch (first?.who) {
    case undefined:
      throw new Error(`${route} has no line in docs/access-policy.csv: say who may, and why`);
    case 'everybody':
      return 'yes';
    case 'everybody once it is over':
      return situation?.endsWith(': over') === true ? 'yes' : 'hidden';
    case 'everybody once the public sees it':
      return seesByPolicy(policy, situation ?? '', NOBODY) ? 'yes' : 'hidden';
    case 'everybody where it is set up':
      // The platform of the demonstration, on which the page is tried, has none of it.
      return 'hidden';
    case 'whoever holds a ticket':
      return 'log in';
    case 'whoever is logged in':
      return isPerson ? 'yes' : 'log in';
    case 'whoever sees the case':
      if (route.startsWith('POST ') && !hasRole) return isPerson ? 'no' : 'log in';
      return seesByPolicy(policy, situation ?? '', caller) ? 'yes' : 'hidden';
    case 'whoever the case shows it':
      // Of the cases of the page one has a document to show: that in which the bidder at `own` has bid.
      return situation?.endsWith(': bids may come') === true && caller.role === 'bidder' && caller.standing === 'own'
        ? 'yes'
        : 'hidden';
    default:
      if (!isPerson) return 'log in';
      if (!hasRole) return 'no';
      return cellOfRole(lines, caller.role, caller.standing as Exclude<Standing, 'ended'>);
  }
}

/** Later lines are about fewer. */
function cellOfRole(lines: readonly Line[], role: AppointableRole, standing: Exclude<Standing, 'ended'>): Cell {
  const line = lines.findLast(({ who }) => who === 'any role' || (typeof who === 'object' && who.includes(role)));
  return line === undefined ? 'no' : line.cells[standing];
}

const linesOf = ({ subjects }: Policy, subject: string): readonly Line[] => subjects.get(subject) ?? [];

/** Why, in the words of the policy, joined where several lines are about one subject. */
export function reasonOf(policy: Policy, subject: string): string {
  return linesOf(policy, subject)
    .map(({ why }) => why)
    .join(' ');
}
