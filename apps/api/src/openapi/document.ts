import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { PROBLEMS, type ProblemSlug } from '#platform';
import { OPEN_MARK } from './answers.js';
import { ref, SCHEMAS } from './schemas.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const BEARER = 'bearer';
const COMMON = ['internal', 'unavailable'] as const;
/** A body is read before anybody knows whether the operation takes one. */
const WITH_BODY = ['malformed-json', 'slow-body', 'body-too-large', 'unsupported-media-type'] as const;
/** An address that cannot be decoded is refused before anybody knows whose it is. */
const WITH_PARAMETER = ['validation'] as const;

/** The part of the responses of an operation that is written here. */
type Responses = Record<
  string,
  {
    description: string;
    content?: Record<string, { schema?: { properties?: { type?: { enum?: string[] } } } }>;
  }
>;

const DESCRIPTION = `
Every case is a state machine; every command has an address of its own, and every answer to it is on the record.

- **Who may see, who may act.** No sight of a case: 404. Sight without the right to act: 403. Then the form: 400, the
  version of an edit: 428 or 412, the state of the case: 409, the rules: 422 with every rule that refuses and its cure.
- **Once.** Each command carries an \`Idempotency-Key\`; the same key with the same body answers the same again.
- **In time.** What counts is the instant at which the last byte of the request had arrived.
- **Errors** are \`application/problem+json\` (RFC 9457) with stable types.
`;

/** The OpenAPI 3.1 document of everything that is served, out of the routes and forms themselves. */
export function buildDocument(app: INestApplication): OpenAPIObject {
  const head = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Adit')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, BEARER)
    .build();
  const document = SwaggerModule.createDocument(app, head, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}${method}`,
  });
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...(structuredClone(SCHEMAS) as object) },
  };
  closeForms(document);
  addCommonProblems(document);
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation === undefined || !(OPEN_MARK in operation)) continue;
      Reflect.deleteProperty(operation, OPEN_MARK);
      operation.security = [{}, { [BEARER]: [] }];
    }
  }
  return document;
}

/** What any operation may answer, whether it says so or not: to what cannot be read, and on faults of ours. */
function addCommonProblems(document: OpenAPIObject): void {
  for (const [template, path] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const responses = path[method]?.responses as Responses | undefined;
      if (responses === undefined) continue;
      const body = method === 'get' ? [] : WITH_BODY;
      const address = template.includes('{') ? WITH_PARAMETER : [];
      for (const slug of [...address, ...body, ...COMMON]) declare(responses, slug);
    }
  }
}

/** Adds a kind of problem to what is declared of its status, or the status with it. */
function declare(responses: Responses, slug: ProblemSlug): void {
  const { status, title } = PROBLEMS[slug];
  const known = responses[status];
  const schema = known?.content?.['application/problem+json']?.schema;
  if (known === undefined) {
    responses[status] = {
      description: `\`${slug}\`: ${title}.`,
      content: { 'application/problem+json': { schema: ref('Problem') } },
    };
  } else if (schema?.properties?.type?.enum?.includes(`/problems/${slug}`) === false) {
    schema.properties.type.enum.push(`/problems/${slug}`);
    known.description += `\n\n\`${slug}\`: ${title}.`;
  }
}

/** An unknown field is refused, so the schema of a body says so. */
function closeForms(document: OpenAPIObject): void {
  const schemas = document.components?.schemas ?? {};
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const body = path[method]?.requestBody;
      if (body === undefined || '$ref' in body) continue;
      const schema = body.content['application/json']?.schema;
      const form = schema !== undefined && '$ref' in schema ? schemas[schema.$ref.split('/').at(-1) ?? ''] : undefined;
      if (form !== undefined && !('$ref' in form)) form.additionalProperties ??= false;
    }
  }
}
