import { Body, Controller, Delete, Get, Header, HttpCode, Post, Put, UsePipes } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Principal } from './acting.js';
import { ApiProblems } from './api-problems.js';
import type { Place } from './place.js';
import { formPipe } from './form-pipe.js';
import { ChangePasswordForm, LogInForm, RefreshForm } from './identity.forms.js';
import { MeView, SessionView, TokensView, viewMe, viewSession, viewTokens } from './identity.views.js';
import { Anonymous, AnyPerson, CurrentPrincipal, FromPlace } from './jwt.guard.js';
import { Principals } from './principals.js';
import { Sessions } from './sessions.js';

/** A person's own log-ins. */
@ApiTags('log-in')
@Controller('v1')
@UsePipes(formPipe)
export class IdentityController {
  constructor(
    private readonly sessions: Sessions,
    private readonly principals: Principals,
  ) {}

  @Post('sessions')
  @Anonymous()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Log in', operationId: 'logIn' })
  @ApiCreatedResponse({ type: SessionView })
  @ApiProblems(400, 401, 429)
  async logIn(@Body() form: LogInForm, @FromPlace() place: Place): Promise<SessionView> {
    const tokens = await this.sessions.begin(form.email, form.password, place);
    const principal = await this.principals.resolve({ sub: tokens.personId, sid: tokens.sessionId });
    return viewSession(tokens, principal, this.principals.now());
  }

  @Post('sessions/refresh')
  @Anonymous()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Exchange a refresh token for new tokens',
    description: 'Each refresh token serves once. A second use ends the log-in, because somebody else has the token.',
    operationId: 'refreshSession',
  })
  @ApiOkResponse({ type: TokensView })
  @ApiProblems(400, 401)
  async refresh(@Body() form: RefreshForm, @FromPlace() place: Place): Promise<TokensView> {
    return viewTokens(await this.sessions.refresh(form.refreshToken, place));
  }

  @Delete('sessions/current')
  @AnyPerson()
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Log out', operationId: 'logOut' })
  @ApiNoContentResponse()
  @ApiProblems(401)
  async logOut(@CurrentPrincipal() principal: Principal, @FromPlace() place: Place): Promise<void> {
    await this.sessions.end(refer(principal), place);
  }

  @Delete('sessions')
  @AnyPerson()
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Log out everywhere', operationId: 'logOutEverywhere' })
  @ApiNoContentResponse()
  @ApiProblems(401)
  async logOutEverywhere(@CurrentPrincipal() principal: Principal, @FromPlace() place: Place): Promise<void> {
    await this.sessions.endAll(refer(principal), place);
  }

  @Get('me')
  @AnyPerson()
  @Header('Cache-Control', 'no-store')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Who I am and what I may act as', operationId: 'getMe' })
  @ApiOkResponse({ type: MeView })
  @ApiProblems(401)
  getMe(@CurrentPrincipal() principal: Principal): MeView {
    return viewMe(principal, this.principals.now());
  }

  @Put('me/password')
  @AnyPerson()
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Change my password',
    description: 'Ends every other log-in of mine.',
    operationId: 'changePassword',
  })
  @ApiNoContentResponse()
  @ApiProblems(400, 401, 422, 429)
  async changePassword(
    @Body() form: ChangePasswordForm,
    @CurrentPrincipal() principal: Principal,
    @FromPlace() place: Place,
  ): Promise<void> {
    await this.sessions.changePassword(refer(principal), form.currentPassword, form.newPassword, place);
  }
}

function refer({ personId, sessionId }: Principal) {
  return { personId, sessionId };
}
