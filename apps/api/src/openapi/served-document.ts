import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FormClass } from '#case-kit';
import type { Schema } from './schemas.js';

/** The OpenAPI document as it is served, and the schemas of forms out of it, so that the two cannot differ. */
@Injectable()
export class ServedDocument {
  /** The document as JSON. */
  text = '';
  private components: Readonly<Record<string, unknown>> = {};

  /** Called once, when the document has been built. */
  take(document: OpenAPIObject): void {
    this.text = JSON.stringify(document);
    this.components = document.components?.schemas ?? {};
  }

  /** @throws Error when the document has no such form, which is a fault of ours. */
  getForm(form: FormClass): Schema {
    const schema = this.components[form.name];
    if (schema === undefined) throw new Error(`the OpenAPI document has no form ${form.name}`);
    return this.inline(schema) as Schema;
  }

  /** A form stands alone: references into the document are replaced by what they name. */
  private inline(node: unknown): unknown {
    if (Array.isArray(node)) return node.map((each) => this.inline(each));
    if (typeof node !== 'object' || node === null) return node;
    if ('$ref' in node && typeof node.$ref === 'string') {
      return this.inline(this.components[node.$ref.slice(node.$ref.lastIndexOf('/') + 1)]);
    }
    return Object.fromEntries(Object.entries(node).map(([name, each]) => [name, this.inline(each)]));
  }
}
