import fc from 'fast-check';

/** As much of a JSON Schema as the requests of the document use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

export type Components = Readonly<Record<string, Schema>>;

/** Real values of this world by the name of a field or parameter: ids that a schema cannot know. */
export type Pool = ReadonlyMap<string, readonly string[]>;

const INSTANTS = ['2026-12-20T11:00:00+05:30', '2027-02-10T11:30:00+05:30', '2026-01-10T10:00:00Z'];
const DEEPEST = 6;

/** Values that fit a schema as far as the schema says, preferring its examples and what is real in this world. */
export class Values {
  constructor(
    private readonly components: Components,
    private readonly pool: Pool,
  ) {}

  of(schema: Schema, name = '', depth = 0): fc.Arbitrary<unknown> {
    const known = this.pool.get(name) ?? [];
    const examples = [schema.example, ...(schema.examples ?? []), schema.default].filter((each) => each !== undefined);
    const made = this.make(schema, name, depth);
    if (known.length === 0 && examples.length === 0) return made;
    const given = [...known, ...examples];
    return fc.oneof({ weight: 4, arbitrary: fc.constantFrom<unknown>(...given) }, { weight: 1, arbitrary: made });
  }

  private make(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    if (schema.$ref !== undefined)
      return this.of(this.components[schema.$ref.split('/').at(-1) ?? ''] ?? {}, name, depth);
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    if (schema.const !== undefined) return fc.constant(schema.const);
    const choices = schema.oneOf ?? schema.anyOf;
    if (choices !== undefined) return fc.oneof(...choices.map((each) => this.of(each, name, depth)));
    if (schema.allOf !== undefined) return this.make(Object.assign({}, ...schema.allOf) as Schema, name, depth);
    const types = [schema.type ?? []].flat();
    if (types.length > 1) return fc.oneof(...types.map((type) => this.make({ ...schema, type }, name, depth)));
    switch (types[0]) {
      case 'string':
        return makeText(schema);
      case 'integer':
        return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1000, 2 ** 31) });
      case 'number':
        return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1000, noNaN: true });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array':
        return fc.array(this.of(schema.items ?? {}, name, depth + 1), {
          minLength: Math.min(schema.minItems ?? 0, 5),
          maxLength: Math.min(schema.maxItems ?? 3, 3 + (schema.minItems ?? 0)),
        });
      case 'object':
        return this.makeObject(schema, depth);
      default:
        return fc.jsonValue({ maxDepth: 1 });
    }
  }

  private makeObject({ properties = {}, required = [] }: Schema, depth: number): fc.Arbitrary<unknown> {
    if (depth > DEEPEST) return fc.constant({});
    const members = Object.entries(properties).map(
      ([name, schema]) => [name, this.of(schema, name, depth + 1)] as const,
    );
    return fc.record(Object.fromEntries(members), { requiredKeys: [...required] as never[], noNullPrototype: true });
  }
}

function makeText({ format, pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<unknown> {
  switch (format) {
    case 'date-time':
      return fc.constantFrom(...INSTANTS);
    case 'date':
      return fc.constantFrom('2026-01-05', '2027-02-10', '2026-11-23');
    case 'email':
      return fc.constantFrom('nobody@adit.example', 'someone@example.org');
    default:
      break;
  }
  // A pattern made for whole texts; those of other dialects are left to the examples.
  if (pattern !== undefined && /^[\x20-\x7e]*$/.test(pattern))
    return fc.stringMatching(new RegExp(pattern), { maxLength: 100 });
  return fc.string({
    unit: 'grapheme',
    minLength: Math.min(minLength, 50),
    maxLength: Math.max(minLength, Math.min(maxLength, 40)),
  });
}
