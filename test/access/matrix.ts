import { PUBLIC_ACTOR, type Actor } from '#case-kit';
import { findForbiddance, hasSight, sightOf } from '#engine';
import { actorFor, CALLERS, nameOf, type Caller } from './callers.js';
import { cellByPolicy, seesByPolicy, type Cell, type Policy } from './policy.js';
import type { Route } from './routes.js';
import type { Situation } from './situations.js';

/** One row: a route, in a situation where it is about a case, and what each caller gets. */
export interface Row {
  readonly route: Route;
  readonly situation: Situation | null;
  readonly cells: ReadonlyMap<Caller, Cell>;
}

/** Routes that answer about one case: by its address, or because it is among what they list or stream. */
const ABOUT_A_CASE: readonly string[] = ['GET /v1/cases', 'POST /v1/feed-tickets'];
export const isAboutACase = ({ name, path, command }: Route): boolean =>
  ABOUT_A_CASE.includes(name) || (path.includes('{caseId}') && command?.opens !== true);

/** The situations in which a route is asked; one without a case for routes that are about none. */
function situationsOf(route: Route, situations: readonly Situation[]): readonly (Situation | null)[] {
  if (!isAboutACase(route)) return [null];
  return situations.filter(({ caseType }) => {
    if (route.command !== null) return route.command.caseType.id === caseType.id;
    return /^\/v1\/(cases|feed-tickets)/.test(route.path) || route.path.startsWith(`/v1/${caseType.plural}/`);
  });
}

/**
 * What the product's own tables give: the decorators of each route, the tables of commands, and the audiences of each
 * case. Where a handler decides among those whom its route lets in, no table says how; the policy's word stands there.
 */
export function makeMatrix(routes: readonly Route[], situations: readonly Situation[], policy: Policy): readonly Row[] {
  return routes.flatMap((route) =>
    situationsOf(route, situations).map((situation) => ({
      route,
      situation,
      cells: new Map(CALLERS.map((caller) => [caller, cellByTables(route, situation, caller, policy)])),
    })),
  );
}

function cellByTables(route: Route, situation: Situation | null, caller: Caller, policy: Policy): Cell {
  const stopped = stopAtGate(route, caller);
  if (stopped !== null) return stopped;
  const actor = route.entry === 'anonymous' ? PUBLIC_ACTOR : actorFor(caller);
  // A route without a line is told by `listDifferences`, with all others that lack one.
  if (route.command === null && !policy.subjects.has(route.name)) return 'yes';
  if (situation === null)
    return route.command === null ? cellByPolicy(policy, route.name, caller) : openingCell(route, actor);
  const { caseType, row, parties } = situation;
  if (!hasSight(sightOf(caseType, row, parties), actor)) return 'hidden';
  if (route.command !== null) return findForbiddance(route.command.offered.roles, actor, row) === null ? 'yes' : 'no';
  if (route.path.endsWith('/protocol')) return caseType.protocol?.isOpen(row) === true ? 'yes' : 'hidden';
  // The view decides, out of what is on record: no table knows it.
  if (route.path.includes('/documents/')) return cellByPolicy(policy, route.name, caller, situation.name);
  return 'yes';
}

/** What the guard answers before anything is looked at, or null when it lets the caller in. */
function stopAtGate({ entry, roles }: Route, caller: Caller): Cell | null {
  if (entry === 'anonymous' || entry === 'public') return null;
  if (caller.role === 'nobody') return 'log in';
  if (entry === 'person') return null;
  const { role } = actorFor(caller);
  return role === 'public' || (roles !== null && !roles.includes(role)) ? 'no' : null;
}

function openingCell({ command }: Route, { role }: Actor): Cell {
  return command?.offered.roles.includes(role) === true ? 'yes' : 'no';
}

/**
 * Everything in which the written policy and the tables of the product differ, in words; none when they agree.
 * Commands are ruled by the tables of their case types, so of them the policy only says who may know of the case.
 */
export function listDifferences(matrix: readonly Row[], policy: Policy): readonly string[] {
  const known = new Set(matrix.flatMap(({ route, situation }) => [route.name, situation?.name]));
  const stale = [...policy.subjects.keys()].filter((subject) => !known.has(subject));
  return [
    ...stale.map((subject) => `${subject}: the policy has a line for what does not exist`),
    ...matrix.flatMap((row) => compareRow(row, policy)),
  ];
}

function compareRow({ route, situation, cells }: Row, policy: Policy): readonly string[] {
  if (route.command !== null && situation === null) return [];
  if (route.command === null && !policy.subjects.has(route.name)) {
    return [`${route.name}: docs/access-policy.csv has no line for it; say who may, and why`];
  }
  return [...cells].flatMap(([caller, cell]) => {
    const place = `${route.name}${situation === null ? '' : ` (${situation.name})`}, ${nameOf(caller)}`;
    if (route.command === null) {
      const wanted = cellByPolicy(policy, route.name, caller, situation?.name);
      return wanted === cell || isTicketed(route)
        ? []
        : [`${place}: the policy says ${wanted}, the tables say ${cell}`];
    }
    const isSeen = cell === 'yes' || cell === 'no';
    const isKnown = caller.role !== 'nobody' && caller.standing !== 'ended';
    if (!isKnown || situation === null || seesByPolicy(policy, situation.name, caller) === isSeen) return [];
    return [`${place}: the policy says that the case is ${isSeen ? 'hidden' : 'seen'}, the tables say ${cell}`];
  });
}

/** Its ticket stands in its query, which no decorator knows. */
const isTicketed = ({ name }: Route): boolean => name === 'GET /v1/feed';
