import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import { fairStall } from './fair-stall.case-type.js';

/** Where the OpenAPI decorators keep what they say of a property. */
const DESCRIBED = 'swagger/apiModelProperties';
const OPTIONS = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false } as const;

/** Names of the fields that a form refuses. */
function faultsOf(command: string, form: object): string[] {
  const Form = command === 'OPEN' ? fairStall.open.form : fairStall.commands[command]?.form;
  if (Form === undefined) throw new Error(`no form of ${command}`);
  return validateSync(plainToInstance(Form, form), OPTIONS).map(({ property }) => property);
}

const NOTICE = { stallName: 'Corner stall', applicationsCloseAt: '2026-01-12T17:00:00+05:30', callingMinutes: 60 };

describe('the forms of the fair stall', () => {
  it('describe every property that they validate, with an example', () => {
    const forms = [fairStall.open, ...Object.values(fairStall.commands)].map(({ form }) => form);
    for (const Form of new Set(forms)) {
      const validated = getMetadataStorage().getTargetValidationMetadatas(Form, '', false, false);
      for (const property of new Set(validated.map(({ propertyName }) => propertyName))) {
        const described: unknown = Reflect.getMetadata(DESCRIBED, Form.prototype as object, property);
        expect({ form: Form.name, property, described }).toMatchObject({
          described: { example: expect.anything(), description: expect.any(String) },
        });
      }
    }
  });

  it('take a complete notice and name each field that is wrong', () => {
    expect(faultsOf('OPEN', NOTICE)).toEqual([]);
    expect(faultsOf('OPEN', {})).toEqual(['stallName', 'applicationsCloseAt', 'callingMinutes']);
    expect(faultsOf('OPEN', { ...NOTICE, stallName: 'ab' })).toEqual(['stallName']);
    for (const callingMinutes of [0, 1441, 1.5, '60']) {
      expect(faultsOf('OPEN', { ...NOTICE, callingMinutes })).toEqual(['callingMinutes']);
    }
    expect(faultsOf('OPEN', { ...NOTICE, colour: 'red' })).toEqual(['colour']);
  });

  it('take instants only with an offset and only of days that the calendar has', () => {
    for (const applicationsCloseAt of [
      '2026-02-31T17:00:00+05:30',
      '2026-01-12',
      '2026-01-12T17:00:00',
      1768217400000,
    ]) {
      expect(faultsOf('OPEN', { ...NOTICE, applicationsCloseAt })).toEqual(['applicationsCloseAt']);
      expect(faultsOf('AMEND_NOTICE', { applicationsCloseAt })).toEqual(['applicationsCloseAt']);
    }
    expect(faultsOf('AMEND_NOTICE', {})).toEqual([]);
  });

  it('take amounts only as text with two decimals', () => {
    const fields = { APPLY: 'offer', CALL: 'offer' } as const;
    for (const [command, field] of Object.entries(fields)) {
      expect(faultsOf(command, { [field]: '1250.00' })).toEqual([]);
      for (const wrong of [1250, '1250', '1250.0', '01250.00', '-1.00', '1,250.00', '1250.000', ' 1.00', '1e3', null]) {
        expect(faultsOf(command, { [field]: wrong })).toEqual([field]);
      }
    }
    expect(faultsOf('PAY', { reference: 'UTR 1', amount: '12.5' })).toEqual(['amount']);
  });

  it('take a confirmation only as a truth value', () => {
    expect(faultsOf('CALL', { offer: '1250.00', confirmed: true })).toEqual([]);
    expect(faultsOf('CALL', { offer: '1250.00', confirmed: 'yes' })).toEqual(['confirmed']);
  });

  it('take nothing at all where the command says everything', () => {
    expect(faultsOf('PUBLISH', {})).toEqual([]);
    expect(faultsOf('PUBLISH', { hurry: true })).toEqual(['hurry']);
  });
});
