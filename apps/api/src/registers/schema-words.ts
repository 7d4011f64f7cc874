import { exactly, type Schema } from '../openapi/schemas.js';

/** The words in which the schemas of the registers are written. */
export const text = (description?: string): Schema => ({
  type: 'string',
  ...(description !== undefined && { description }),
});
export const textOrNull = (description?: string): Schema => ({ ...text(description), type: ['string', 'null'] });
export const listOf = (items: Schema, description?: string): Schema => ({
  type: 'array',
  items,
  ...(description !== undefined && { description }),
});
export const oneOf = (values: readonly string[]): Schema => ({ type: 'string', enum: values });
export const oneOfOrNull = (values: readonly string[]): Schema => ({ enum: [...values, null] });
export const integer: Schema = { type: 'integer' };
export const integerOrNull: Schema = { type: ['integer', 'null'] };
export const flag: Schema = { type: 'boolean' };
export const flagOrNull: Schema = { type: ['boolean', 'null'] };
export const date: Schema = { type: 'string', format: 'date' };
export const dateOrNull: Schema = { type: ['string', 'null'], format: 'date' };
export const instant: Schema = { type: 'string', format: 'date-time' };
export const percentOrNull: Schema = textOrNull('Per cent, decimal text.');
export const next = textOrNull('Send it back as `cursor` for the next page; it belongs to this query. Null: no more.');
export const orNull = (schema: Schema): Schema => ({ oneOf: [schema, { type: 'null' }] });

export const source = exactly(
  { url: textOrNull(), field: text('What was read there; the whole entry when absent.'), note: text() },
  ['field', 'note'],
);
