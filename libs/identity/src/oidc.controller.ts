import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import { ApiFoundResponse, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from './api-problems.js';
import { SessionView, viewSession } from './identity.views.js';
import { Anonymous, FromPlace, type IdentifiedRequest } from './jwt.guard.js';
import { OidcLogIn } from './oidc-log-in.js';
import type { Place } from './place.js';
import { Principals } from './principals.js';

const COOKIE = 'adit-log-in';
const PATH = '/v1/sessions/oidc';
const COOKIE_SECONDS = 600;

/** The little of the HTTP framework's reply that is needed here. */
interface Reply {
  header(name: string, value: string): Reply;
  redirect(url: string, status: number): unknown;
}

/** Log-in through the identity provider that the platform is configured with. */
@ApiTags('log-in')
@Controller(PATH.slice(1))
export class OidcController {
  constructor(
    private readonly logIns: OidcLogIn,
    private readonly principals: Principals,
  ) {}

  @Get('start')
  @Anonymous()
  @ApiOperation({
    summary: 'Go to the identity provider to log in',
    description: 'For a browser. 404 where no identity provider is configured.',
    operationId: 'startOidcLogIn',
  })
  @ApiFoundResponse({ description: 'To the identity provider, with a cookie that the way back needs.' })
  @ApiProblems(404, 429, 503)
  async start(@FromPlace() place: Place, @Res() reply: Reply): Promise<void> {
    const { url, browserSecret, isEncrypted } = await this.logIns.begin(place);
    reply
      .header('Cache-Control', 'no-store')
      .header('Set-Cookie', writeCookie(browserSecret, COOKIE_SECONDS, isEncrypted))
      .redirect(url, 302);
  }

  @Get('callback')
  @Anonymous()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Come back from the identity provider',
    description:
      'Takes the query that the provider sent the browser back with, and the cookie of the start; it serves once. The ' +
      'answer is that of a log-in with a password. A page to which the provider sends people may fetch it instead.',
    operationId: 'finishOidcLogIn',
  })
  @ApiQuery({ name: 'code', required: false, description: 'Left out when the provider refused.' })
  @ApiQuery({ name: 'state', required: false })
  @ApiQuery({ name: 'iss', required: false })
  @ApiQuery({ name: 'error', required: false })
  @ApiOkResponse({ type: SessionView })
  @ApiProblems(401, 404, 422, 429, 503)
  async finish(
    @Req() request: IdentifiedRequest & { readonly url: string },
    @FromPlace() place: Place,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<SessionView> {
    // Providers add parameters of their own, all of which belong to the answer that is checked.
    const answer = new URL(request.url, 'http://adit.invalid').searchParams;
    const secret = readCookie(request.headers['cookie']);
    const tokens = await this.logIns.finish(answer, secret, place);
    reply.header('Set-Cookie', writeCookie('', 0, false));
    const principal = await this.principals.resolve({ sub: tokens.personId, sid: tokens.sessionId });
    return viewSession(tokens, principal, this.principals.now());
  }
}

/** Lax: the way back is a navigation from the provider's pages. */
function writeCookie(value: string, seconds: number, secure: boolean): string {
  return `${COOKIE}=${value}; Path=${PATH}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

function readCookie(header: string | readonly string[] | undefined): string | undefined {
  const text = typeof header === 'string' ? header : (header ?? []).join('; ');
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{43})(?:;|$)`).exec(text)?.[1];
}
