import { Body, Controller, Get, HttpCode, Param, Post, Query, UsePipes } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { sqlOf } from '#platform';
import { ACTING_AS_HEADER } from './acting.js';
import { Administration, type By } from './administration.js';
import { ApiProblems } from './api-problems.js';
import { Appointments } from './appointments.js';
import { formPipe, idPipe } from './form-pipe.js';
import {
  AppointmentQuery,
  NewAppointmentForm,
  NewDelegationForm,
  NewOrganisationForm,
  NewPersonForm,
  OrganisationQuery,
  PersonQuery,
  ReasonForm,
  SecurityEventQuery,
} from './identity.forms.js';
import {
  AppointmentView,
  InitialPasswordView,
  OrganisationView,
  PersonView,
  SecurityEventView,
  viewAppointment,
  viewOrganisation,
  viewPerson,
  viewSecurityEvent,
} from './identity.views.js';
import { CommandedBy, OnlyFor } from './jwt.guard.js';
import { Organisations } from './organisations.js';
import { People } from './people.js';
import { listSecurityEvents } from './security-events.js';

/** People, organisations and appointments. Administrators act here and nowhere else. */
@ApiTags('people')
@ApiBearerAuth()
@ApiHeader({ name: ACTING_AS_HEADER, required: false, description: 'Id or role of the appointment you act in.' })
@ApiProblems(400, 401, 403)
@Controller('v1')
@UsePipes(formPipe)
export class AdministrationController {
  constructor(
    private readonly organisations: Organisations,
    private readonly people: People,
    private readonly appointments: Appointments,
    private readonly administration: Administration,
  ) {}

  @Post('organisations')
  @OnlyFor('administrator')
  @ApiOperation({ summary: 'Create an organisation', operationId: 'createOrganisation' })
  @ApiCreatedResponse({ type: OrganisationView })
  @ApiProblems(422)
  async createOrganisation(@Body() form: NewOrganisationForm, @CommandedBy() by: By): Promise<OrganisationView> {
    const { kind, name, jurisdiction = null } = form;
    return viewOrganisation(await this.organisations.create(by, { kind, name, jurisdiction }));
  }

  @Get('organisations')
  @OnlyFor('administrator', 'auditor')
  @ApiOperation({ summary: 'List organisations', operationId: 'listOrganisations' })
  @ApiOkResponse({ type: [OrganisationView] })
  async listOrganisations(@Query() query: OrganisationQuery, @CommandedBy() by: By): Promise<OrganisationView[]> {
    return (await this.organisations.list(by, query.kind)).map(viewOrganisation);
  }

  @Post('people')
  @OnlyFor('administrator')
  @ApiOperation({ summary: 'Create a person, without any role yet', operationId: 'createPerson' })
  @ApiCreatedResponse({ type: InitialPasswordView })
  @ApiProblems(422, 429)
  async createPerson(@Body() form: NewPersonForm, @CommandedBy() by: By): Promise<InitialPasswordView> {
    return await this.people.create(by, form);
  }

  @Get('people')
  @OnlyFor('administrator')
  @ApiOperation({ summary: 'List people', operationId: 'listPeople' })
  @ApiOkResponse({ type: [PersonView] })
  async listPeople(@Query() query: PersonQuery, @CommandedBy() by: By): Promise<PersonView[]> {
    return (await this.people.list(by, query)).map(viewPerson);
  }

  @Get('people/:personId')
  @OnlyFor('administrator')
  @ApiOperation({ summary: 'Show a person', operationId: 'getPerson' })
  @ApiOkResponse({ type: PersonView })
  @ApiProblems(404)
  async getPerson(@Param('personId', idPipe) personId: string, @CommandedBy() by: By): Promise<PersonView> {
    return viewPerson(await this.people.get(by, personId));
  }

  @Post('people/:personId/disable')
  @OnlyFor('administrator')
  @HttpCode(204)
  @ApiOperation({ summary: 'Disable a person and end all his log-ins', operationId: 'disablePerson' })
  @ApiNoContentResponse()
  @ApiProblems(404, 422)
  async disablePerson(
    @Param('personId', idPipe) personId: string,
    @Body() form: ReasonForm,
    @CommandedBy() by: By,
  ): Promise<void> {
    await this.people.disable(by, personId, form.reason);
  }

  @Post('people/:personId/enable')
  @OnlyFor('administrator')
  @HttpCode(204)
  @ApiOperation({ summary: 'Enable a person again', operationId: 'enablePerson' })
  @ApiNoContentResponse()
  @ApiProblems(404)
  async enablePerson(
    @Param('personId', idPipe) personId: string,
    @Body() form: ReasonForm,
    @CommandedBy() by: By,
  ): Promise<void> {
    await this.people.enable(by, personId, form.reason);
  }

  @Post('people/:personId/password-reset')
  @OnlyFor('administrator')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give a person a new initial password', operationId: 'resetPassword' })
  @ApiOkResponse({ type: InitialPasswordView })
  @ApiProblems(404, 429)
  async resetPassword(
    @Param('personId', idPipe) personId: string,
    @Body() form: ReasonForm,
    @CommandedBy() by: By,
  ): Promise<InitialPasswordView> {
    return await this.people.resetPassword(by, personId, form.reason);
  }

  @Post('people/:personId/unlink')
  @OnlyFor('administrator')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Let go of the account of a person at the identity provider, and end all his log-ins',
    operationId: 'unlinkPerson',
  })
  @ApiNoContentResponse()
  @ApiProblems(404)
  async unlinkPerson(
    @Param('personId', idPipe) personId: string,
    @Body() form: ReasonForm,
    @CommandedBy() by: By,
  ): Promise<void> {
    await this.people.unlink(by, personId, form.reason);
  }

  @Post('appointments')
  @OnlyFor('administrator')
  @ApiOperation({ summary: 'Appoint a person to a role', operationId: 'createAppointment' })
  @ApiCreatedResponse({ type: AppointmentView })
  @ApiProblems(404, 422)
  async createAppointment(@Body() form: NewAppointmentForm, @CommandedBy() by: By): Promise<AppointmentView> {
    const { from, until, ...rest } = form;
    return viewAppointment(await this.appointments.create(by, { ...rest, ...readTimes({ from, until }) }));
  }

  @Get('appointments')
  @OnlyFor('administrator', 'auditor')
  @ApiOperation({ summary: 'List appointments', operationId: 'listAppointments' })
  @ApiOkResponse({ type: [AppointmentView] })
  async listAppointments(@Query() query: AppointmentQuery, @CommandedBy() by: By): Promise<AppointmentView[]> {
    return (await this.appointments.list(by, query)).map(viewAppointment);
  }

  @Post('appointments/:appointmentId/delegations')
  @ApiOperation({
    summary: 'Delegate an appointment',
    description: 'By its holder, acting in it, or by an administrator. It ends with its source and is never wider.',
    operationId: 'delegateAppointment',
  })
  @ApiCreatedResponse({ type: AppointmentView })
  @ApiProblems(404, 422)
  async delegateAppointment(
    @Param('appointmentId', idPipe) appointmentId: string,
    @Body() form: NewDelegationForm,
    @CommandedBy() by: By,
  ): Promise<AppointmentView> {
    const { from, until, ...rest } = form;
    const wanted = { ...rest, ...readTimes({ from }), until: Date.parse(until) };
    return viewAppointment(await this.appointments.delegate(by, appointmentId, wanted));
  }

  @Post('appointments/:appointmentId/revoke')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Revoke an appointment and what was delegated from it',
    description: 'By an administrator, or by whoever delegated it, acting in the source.',
    operationId: 'revokeAppointment',
  })
  @ApiNoContentResponse()
  @ApiProblems(404, 422)
  async revokeAppointment(
    @Param('appointmentId', idPipe) appointmentId: string,
    @Body() form: ReasonForm,
    @CommandedBy() by: By,
  ): Promise<void> {
    await this.appointments.revoke(by, appointmentId, form.reason);
  }

  @Get('security-events')
  @OnlyFor('administrator', 'auditor')
  @ApiOperation({ summary: 'Read the security log, newest first', operationId: 'listSecurityEvents' })
  @ApiOkResponse({ type: [SecurityEventView] })
  async listSecurityEvents(@Query() query: SecurityEventQuery): Promise<SecurityEventView[]> {
    return (await listSecurityEvents(sqlOf(this.administration.pool), query)).map(viewSecurityEvent);
  }
}

function readTimes({ from, until }: { from?: string | undefined; until?: string | undefined }) {
  return {
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(until !== undefined && { until: Date.parse(until) }),
  };
}
