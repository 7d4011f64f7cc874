import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { FormClass } from '#case-kit';
import { blockAuction } from './block-auction.case-type.js';
import { bidOf } from './stages.fixture.js';
import { ALPHA, DRAFT } from './world.fixture.js';

interface Documented {
  readonly required?: boolean;
  readonly example?: unknown;
  readonly description?: string;
  readonly type?: unknown;
}

const OPTIONS = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false } as const;

/** Paths of the faults that a class finds in a form. */
function faultsOf(Form: FormClass, form: object): string[] {
  const list = (errors: ReturnType<typeof validateSync>, prefix = ''): string[] =>
    errors.flatMap(({ property, children = [] }) =>
      children.length > 0 ? list(children, `${prefix}${property}.`) : [`${prefix}${property}`],
    );
  return list(validateSync(plainToInstance(Form, form), OPTIONS));
}

function documentedOf(Form: FormClass): Record<string, Documented> {
  const prototype = Form.prototype as object;
  const names = (Reflect.getMetadata('swagger/apiModelPropertiesArray', prototype) ?? []) as string[];
  return Object.fromEntries(
    names.map((name) => [
      name.slice(1),
      Reflect.getMetadata('swagger/apiModelProperties', prototype, name.slice(1)) as Documented,
    ]),
  );
}

const forms: readonly (readonly [string, FormClass])[] = [
  ['OPEN', blockAuction.open.form],
  ...Object.entries(blockAuction.commands).map(([name, { form }]) => [name, form] as const),
];

describe('the forms of the block auction', () => {
  for (const [name, Form] of forms) {
    it(`${name} documents every property with an example that it accepts itself`, () => {
      const documented = documentedOf(Form);
      const examples: Record<string, unknown> = {};
      for (const [property, { example, description }] of Object.entries(documented)) {
        expect({ property, description }).toEqual({ property, description: expect.stringMatching(/^[A-Z].*[.;]$/) });
        expect({ property, example }).toEqual({ property, example: expect.anything() });
        examples[property] = example;
      }
      expect(faultsOf(Form, examples)).toEqual([]);
      for (const [property, { required }] of Object.entries(documented)) {
        const { [property]: _left, ...rest } = examples;
        expect(faultsOf(Form, rest)).toEqual(required === false ? [] : [property]);
        expect(faultsOf(Form, { ...examples, [property]: null })).toEqual([property]);
      }
      expect(faultsOf(Form, { ...examples, stray: 1 })).toEqual(['stray']);
    });
  }

  it('refuse percentages, amounts and instants that are not exact', () => {
    const { form } = blockAuction.open;
    for (const bound of ['20', '20.0', '020.00', '-1.00', '1e1', '20.000', 20, null]) {
      expect(faultsOf(form, { ...DRAFT, bound })).toEqual(['bound']);
    }
    for (const tenderFee of ['3,00,000.00', '300000', '300000.001']) {
      expect(faultsOf(form, { ...DRAFT, tenderFee })).toEqual(['tenderFee']);
    }
    for (const bidsDueAt of ['2027-02-31T17:00:00+05:30', '2027-01-25', '2027-01-25T17:00:00']) {
      expect(faultsOf(form, { ...DRAFT, bidsDueAt })).toEqual(['bidsDueAt']);
    }
    for (const previousCaseId of ['AUCTION', "' or 1=1", 'x'.repeat(70)]) {
      expect(faultsOf(form, { ...DRAFT, previousCaseId })).toEqual(['previousCaseId']);
    }
  });

  it('look into the parts of a bid', () => {
    const bid = blockAuction.commands['SUBMIT_BID']?.form as FormClass;
    const good = bidOf(ALPHA, '63.55');
    expect(faultsOf(bid, good)).toEqual([]);
    expect(faultsOf(bid, { ...good, documents: [] })).toEqual(['documents']);
    expect(faultsOf(bid, { ...good, documents: [{ kind: 'LOVE_LETTER', documentId: 'x' }] })).toEqual([
      'documents.0.kind',
      'documents.0.documentId',
    ]);
    expect(faultsOf(bid, { ...good, security: { ...good.security, expiresOn: '2027-02-30' } })).toEqual([
      'security.expiresOn',
    ]);
    expect(faultsOf(bid, { ...good, security: { ...good.security, price: '63.55' } })).toEqual(['security.price']);
    expect(faultsOf(bid, { ...good, affiliates: ['One Holding', 'One Holding'] })).toEqual(['affiliates']);
  });
});
