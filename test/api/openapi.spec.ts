import { Ajv2020 } from 'ajv/dist/2020.js';
import { getMetadataStorage } from 'class-validator';
import type { OpenAPIObject } from '@nestjs/swagger';
import { caseTypes } from '#case-types';
import { PROBLEMS } from '#platform';
import { findOpening, listOfferedCommands, type OfferedCommand } from '../../apps/api/src/commands/offered-command.js';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean }[];
  readonly requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  readonly responses: Record<string, { description: string; content?: Record<string, { schema?: object }> }>;
}

function listOperations(document: OpenAPIObject): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations as Record<string, Operation>).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
  );
}

/** What class-validator knows of a form: every field that may be sent. */
function listFormFields(form: OfferedCommand['form']): string[] {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(form, '', false, false);
  return [...new Set(metadata.map(({ propertyName }) => propertyName))].sort();
}

describe('the OpenAPI document', () => {
  let world: ApiWorld;
  let operations: Map<string, Operation>;

  beforeAll(async () => {
    world = await openApiWorld();
    operations = new Map(listOperations(world.document));
  });
  afterAll(() => world.close());

  const schemaOf = (operation: Operation | undefined) => {
    const name = operation?.requestBody?.content['application/json']?.schema.$ref?.split('/').at(-1) ?? '';
    return world.document.components?.schemas?.[name] as
      { properties?: object; additionalProperties?: boolean; required?: string[] } | undefined;
  };

  it('holds every property of every form of every command, and closes the form', () => {
    let fields = 0;
    for (const caseType of caseTypes) {
      const opening = findOpening(caseType);
      const offered: [string, OfferedCommand][] = [
        ...(opening === null ? [] : [[`post /v1/${caseType.plural}`, opening] as [string, OfferedCommand]]),
        ...listOfferedCommands(caseType).map((command): [string, OfferedCommand] => [
          `post /v1/${caseType.plural}/{caseId}/${command.path}`,
          command,
        ]),
      ];
      for (const [place, command] of offered) {
        const schema = schemaOf(operations.get(place));
        const documented = Object.keys(schema?.properties ?? {}).sort();
        expect([place, documented]).toEqual([place, listFormFields(command.form)]);
        expect([place, schema?.additionalProperties]).toEqual([place, false]);
        fields += documented.length;
      }
    }
    expect(fields).toBeGreaterThan(15);
  });

  it('asks for a key on every command and for a version on every edit', () => {
    for (const caseType of caseTypes) {
      for (const command of listOfferedCommands(caseType)) {
        const operation = operations.get(`post /v1/${caseType.plural}/{caseId}/${command.path}`);
        const required = operation?.parameters?.filter(({ required: must }) => must).map(({ name }) => name);
        expect(required).toEqual(
          expect.arrayContaining(['caseId', 'Idempotency-Key', ...(command.edit ? ['If-Match'] : [])]),
        );
      }
    }
  });

  it('names each operation once, says what it does and what it answers, errors included', () => {
    const ids = [...operations.values()].map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [place, { summary, responses }] of operations) {
      expect([place, summary]).toEqual([place, expect.stringMatching(/\w{3}/)]);
      const statuses = Object.keys(responses).map(Number);
      expect([place, statuses.some((status) => status < 400)]).toEqual([place, true]);
      for (const [status, { content }] of Object.entries(responses)) {
        if (Number(status) < 400 || place.endsWith('/readyz')) continue;
        expect([place, status, Object.keys(content ?? {})]).toEqual([place, status, ['application/problem+json']]);
      }
    }
  });

  it('gives examples that fit its own schemas', () => {
    const ajv = new Ajv2020({ strict: false });
    ajv.addFormat('date-time', true).addFormat('uri-reference', true).addFormat('email', true).addFormat('date', true);
    ajv.addSchema(world.document, 'openapi');
    let checked = 0;
    for (const [place, { responses }] of operations) {
      for (const [status, { content = {} }] of Object.entries(responses)) {
        for (const [type, media] of Object.entries(content)) {
          const examples = (media as { examples?: Record<string, { value: unknown }> }).examples ?? {};
          const schema = rebase(media.schema ?? {});
          for (const [name, { value }] of Object.entries(examples)) {
            const fits = ajv.validate(schema, value);
            expect([place, status, type, name, fits ? [] : ajv.errors]).toEqual([place, status, type, name, []]);
            checked += 1;
          }
        }
      }
    }
    expect(checked).toBeGreaterThan(100);
  });

  it('names no kind of problem that does not exist', () => {
    const types = [...JSON.stringify(world.document).matchAll(/"\/problems\/([a-z-]+)"/g)].map(([, slug]) => slug);
    expect(types.filter((slug) => slug !== undefined && !(slug in PROBLEMS))).toEqual([]);
  });

  it('says which operations are open to everybody', () => {
    expect(operations.get('get /v1/cases')?.security).toEqual([{}, { bearer: [] }]);
    expect(operations.get('get /v1/inbox')?.security).toEqual([{ bearer: [] }]);
    expect(operations.get('get /livez')?.security).toBeUndefined();
    expect(JSON.stringify(world.document)).not.toContain('x-adit-open');
  });
});

/** References of a part of the document, as seen from outside of it. */
function rebase(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"openapi#/components')) as object;
}
