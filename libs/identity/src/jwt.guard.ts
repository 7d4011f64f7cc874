import {
  Injectable,
  SetMetadata,
  createParamDecorator,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { PUBLIC_ACTOR, type Actor, type Role } from '#case-kit';
import { Problem } from '#platform';
import { ACTING_AS_HEADER, listActiveAppointments, type Principal } from './acting.js';
import { requireRole, type By } from './administration.js';
import { JwtStrategy } from './jwt.strategy.js';
import type { Place } from './place.js';
import { Principals } from './principals.js';

/**
 * Who may enter a route: `capacity` (the default) takes a token and one appointment, `person` takes a token,
 * `public` takes whoever comes, and `anonymous` looks at no token at all.
 */
export type Entry = 'capacity' | 'person' | 'public' | 'anonymous';

const ENTRY = 'adit:entry';
const ROLES_OF_ROUTE = 'adit:roles';

/** Open to everybody. Who sends a token is known by it, and a bad one is refused. */
export const Public = (): CustomDecorator => SetMetadata<string, Entry>(ENTRY, 'public');
/** Open to everybody, and nobody is known: for log-in and refresh, where an old token must not stand in the way. */
export const Anonymous = (): CustomDecorator => SetMetadata<string, Entry>(ENTRY, 'anonymous');
/** For a person as such, in no capacity: his own log-ins, password and appointments. */
export const AnyPerson = (): CustomDecorator => SetMetadata<string, Entry>(ENTRY, 'person');
/** Only for who acts in one of these roles; 403 for the others. */
export const OnlyFor = (...roles: Role[]): CustomDecorator => SetMetadata(ROLES_OF_ROUTE, roles);

/** What the decorators of a route say about who may enter: the kind of entry, and the only roles (null: every one). */
export function entryOf(
  reflector: Reflector,
  targets: Parameters<Reflector['getAllAndOverride']>[1],
): { readonly entry: Entry; readonly roles: readonly Role[] | null } {
  return {
    entry: reflector.getAllAndOverride<Entry | undefined>(ENTRY, targets) ?? 'capacity',
    roles: reflector.getAllAndOverride<Role[] | undefined>(ROLES_OF_ROUTE, targets) ?? null,
  };
}

/** What the guard leaves on a request. */
export interface IdentifiedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly ip: string;
  /** Set by passport. */
  user?: Principal;
  principal?: Principal;
  actor?: Actor;
}

/** Every route is closed unless it says otherwise. Gives `request.actor`: who acts, in which capacity. */
@Injectable()
export class JwtGuard extends AuthGuard('jwt') implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly principals: Principals,
    private readonly strategy: JwtStrategy,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const { entry, roles } = entryOf(this.reflector, [context.getHandler(), context.getClass()]);
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();

    if (entry === 'anonymous' || (entry === 'public' && request.headers['authorization'] === undefined)) {
      request.actor = PUBLIC_ACTOR;
    } else {
      const principal = await this.identify(context, request);
      request.principal = principal;
      if (entry !== 'person') request.actor = this.chooseActor(request, principal, entry);
    }
    if (roles !== null) requireRole(getActor(request), ...roles);
    return true;
  }

  /** Turns what passport found into the problems of this interface. */
  override handleRequest<User>(error: unknown, user: User | false): User {
    if (error !== null && error !== undefined) throw error instanceof Error ? error : new Error('Log-in check failed');
    if (user) return user;
    throw new Problem('unauthenticated', { detail: 'Send a valid access token: Authorization: Bearer ...' });
  }

  private async identify(context: ExecutionContext, request: IdentifiedRequest): Promise<Principal> {
    const header = request.headers['authorization'];
    const known = await this.strategy.recognise(typeof header === 'string' ? header : undefined);
    if (known !== null) return this.handleRequest(null, known);
    await super.canActivate(context);
    if (request.user === undefined) throw new Problem('unauthenticated');
    return request.user;
  }

  private chooseActor(request: IdentifiedRequest, principal: Principal, entry: Entry): Actor {
    if (principal.mustChangePassword) {
      throw new Problem('forbidden', { detail: 'Choose a password of your own first: PUT /v1/me/password' });
    }
    if (entry === 'public' && listActiveAppointments(principal, this.principals.now()).length === 0) {
      return PUBLIC_ACTOR;
    }
    const wanted = request.headers[ACTING_AS_HEADER.toLowerCase()];
    return this.principals.chooseActor(principal, Array.isArray(wanted) ? wanted.join() : wanted);
  }
}

/** @throws Error when the route let somebody in without a capacity, which is a fault of the route. */
function getActor(request: IdentifiedRequest): Actor {
  if (request.actor === undefined) throw new Error('This route has no actor: it is for any person');
  return request.actor;
}

const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<IdentifiedRequest>();

/** The actor of this request. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor =>
  getActor(requestOf(context)),
);

/** The person of this request. Not for public routes. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = requestOf(context);
  if (principal === undefined) throw new Error('This route has no person: it is open to everybody');
  return principal;
});

/** From where the request came. */
export const FromPlace = createParamDecorator((_: unknown, context: ExecutionContext): Place => ({
  ip: requestOf(context).ip,
}));

/** Who commands, and from where. */
export const CommandedBy = createParamDecorator((_: unknown, context: ExecutionContext): By => {
  const request = requestOf(context);
  return { actor: getActor(request), place: { ip: request.ip } };
});
