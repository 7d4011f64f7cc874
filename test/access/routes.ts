import { Logger, RequestMethod, type DynamicModule, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { Reflector } from '@nestjs/core';
import type { AnyCaseType, Role } from '#case-kit';
import { caseTypes } from '#case-types';
import { entryOf, type Entry } from '#identity';
import { loadConfig } from '#platform';
import { ApiModule } from '../../apps/api/src/api.module.js';
import { findOpening, listOfferedCommands, type OfferedCommand } from '../../apps/api/src/commands/offered-command.js';
import { RouteTable } from '../../apps/api/src/http/route-table.js';
import type { ApiParts } from '../../apps/api/src/parts.js';

export interface Route {
  /** As the OpenAPI document spells it: `GET /v1/cases/{caseId}`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  readonly path: string;
  readonly entry: Entry;
  /** The only roles that the route lets in, or null for every one. */
  readonly roles: readonly Role[] | null;
  /** The command that is given there, and whose; null where the route is none's. */
  readonly command: {
    readonly caseType: AnyCaseType;
    readonly offered: OfferedCommand;
    readonly opens: boolean;
  } | null;
}

/** Every route of the product with what its decorators say of it, read from the classes: nothing is started. */
export function listRoutes(): readonly Route[] {
  // The framework warns of a second registration of the data source, which is never opened here.
  Logger.overrideLogger(['error']);
  const commands = new Map(listCommands());
  const routes = listControllers(ApiModule.register(makeHollowParts(), new RouteTable())).flatMap(readController);
  return routes
    .map((route) => ({ ...route, command: commands.get(route.name) ?? null }))
    .sort((a, b) => (a.path === b.path ? a.method.localeCompare(b.method) : a.path < b.path ? -1 : 1));
}

/** The modules are put together of parts that are never used: only their controllers are looked at. */
function makeHollowParts(): ApiParts {
  const hollow: unknown = new Proxy(() => undefined, {
    get: (_, name) => (name === Symbol.toPrimitive ? () => '' : hollow),
    apply: () => hollow,
  });
  const solid = { caseTypes, config: loadConfig({}) };
  return new Proxy(solid, {
    get: (target, name) => (Object.hasOwn(target, name) ? Reflect.get(target, name) : hollow) as unknown,
  }) as ApiParts;
}

function listControllers(module: DynamicModule): readonly Type[] {
  const imported = (module.imports ?? []).filter(
    (each): each is DynamicModule => typeof each === 'object' && 'module' in each,
  );
  return [...(module.controllers ?? []), ...imported.flatMap(listControllers)];
}

function readController(controller: Type): readonly Omit<Route, 'command'>[] {
  const reflector = new Reflector();
  const prototype = controller.prototype as Readonly<Record<string, unknown>>;
  const base = [Reflect.getMetadata(PATH_METADATA, controller)].flat() as string[];
  return Object.getOwnPropertyNames(prototype).flatMap((member) => {
    const handler = Object.getOwnPropertyDescriptor(prototype, member)?.value as Type | undefined;
    const verb = typeof handler === 'function' ? (Reflect.getMetadata(METHOD_METADATA, handler) as number) : undefined;
    if (handler === undefined || verb === undefined) return [];
    const paths = [Reflect.getMetadata(PATH_METADATA, handler)].flat() as string[];
    const method = RequestMethod[verb] as Route['method'];
    const access = entryOf(reflector, [handler, controller]);
    return base.flatMap((head) =>
      paths.map((tail) => {
        const path = spell(head, tail);
        return { name: `${method} ${path}`, method, path, ...access };
      }),
    );
  });
}

function spell(head: string, tail: string): string {
  const parts = `${head}/${tail}`.split('/').filter((part) => part !== '');
  return `/${parts.map((part) => part.replace(/^:(\w+)$/, '{$1}')).join('/')}`;
}

function listCommands(): [string, NonNullable<Route['command']>][] {
  return caseTypes.flatMap((caseType) => {
    const base = `POST /v1/${caseType.plural}`;
    const opening = findOpening(caseType);
    return [
      ...(opening === null ? [] : [[base, { caseType, offered: opening, opens: true }] as const]),
      ...listOfferedCommands(caseType).map(
        (offered) => [`${base}/{caseId}/${offered.path}`, { caseType, offered, opens: false }] as const,
      ),
    ].map(([name, command]): [string, NonNullable<Route['command']>] => [name, command]);
  });
}
