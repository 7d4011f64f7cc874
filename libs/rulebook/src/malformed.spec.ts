import fc from 'fast-check';
import { calculators, runCalculator, type CalculatorOutcome } from './calculators.js';
import type { FieldError } from './request.js';
import { buildSeedLaw } from './seed.js';

const law = buildSeedLaw();
const TODAY = '2026-11-23';

type Body = Readonly<Record<string, unknown>>;

/** A request of each calculator with every field that may stand together. */
const valid: Readonly<Record<string, Body>> = {
  qualification: {
    direction: 'ascending',
    attempt: 'SECOND',
    boundPercent: '5.00',
    bids: [
      { bidder: 'A', percent: '7.00', eligible: true, affiliates: ['X'] },
      { bidder: 'B', percent: '6.5', eligible: false, affiliates: [] },
      { bidder: 'C', percent: '8' },
    ],
    minimumTqb: 3,
    firstAttemptHadTqb: false,
    asOf: '2026-03-02',
  },
  'final-offer': {
    direction: 'descending',
    boundPercent: '15.00',
    bestPercent: '14.00',
    stepPercent: '0.05',
    offerPercent: '13.50',
    closesAt: '2026-03-02T13:00:00+05:30',
    receivedAt: '2026-03-02T12:59:59+05:30',
    extensionMinutes: 8,
    jumpSteps: 100,
    confirmed: false,
    asOf: '2026-03-02',
  },
  'bid-security': { concession: 'CL', valueOfEstimatedResources: '100.00', proposer: true, asOf: '2026-03-02' },
  'net-worth': {
    concession: 'ML',
    applicant: 'COMPANY',
    valueOfEstimatedResources: '250000000.00',
    netWorth: '-5000000.01',
    asOf: '2026-03-02',
  },
  deadline: {
    from: '2026-03-02',
    days: 30,
    rollOver: 'NEXT_WORKING_DAY',
    saturdayIsWorkingDay: true,
    holidays: ['2026-03-31', '2026-03-31'],
    asOf: '2026-03-02',
  },
};

/** Fields that may be left out of the requests above one by one. */
const optionalFields: Readonly<Record<string, readonly string[]>> = {
  qualification: ['minimumTqb', 'firstAttemptHadTqb', 'asOf'],
  'final-offer': ['jumpSteps', 'confirmed', 'asOf'],
  'bid-security': ['proposer', 'asOf'],
  'net-worth': ['asOf'],
  deadline: ['saturdayIsWorkingDay', 'holidays', 'asOf'],
};

function run(name: string, body: unknown): CalculatorOutcome {
  return runCalculator(name, body, law, TODAY);
}

function errorsOf(name: string, body: unknown): readonly FieldError[] {
  const outcome = run(name, body);
  return outcome.status === 400 ? outcome.errors : [];
}

function badFields(name: string, body: unknown): readonly string[] {
  return errorsOf(name, body).map(({ field }) => field);
}

const names = [...calculators.keys()];
const fields = names.flatMap((name) => Object.keys(valid[name] ?? {}).map((field) => ({ name, field })));
const decimals = fields.filter(({ field }) => /percent$|^netWorth$|^valueOf/i.test(field));
const dates = fields.filter(({ field }) => field === 'asOf' || field === 'from');
const instants = fields.filter(({ field }) => field.endsWith('At'));
const integers = fields.filter(({ field }) => ['extensionMinutes', 'jumpSteps', 'days', 'minimumTqb'].includes(field));
const words = fields.filter(({ field }) =>
  ['direction', 'attempt', 'concession', 'applicant', 'rollOver'].includes(field),
);

function withField(name: string, field: string, value: unknown): Body {
  return { ...valid[name], [field]: value };
}

function without(name: string, field: string): Body {
  return Object.fromEntries(Object.entries(valid[name] ?? {}).filter(([key]) => key !== field));
}

describe('a request', () => {
  it.each(names)('to %s is accepted when every field is as the contract says', (name) => {
    expect(errorsOf(name, valid[name])).toEqual([]);
    expect(run(name, valid[name]).status).toBe(200);
  });

  it('to a calculator that does not exist finds nothing', () => {
    for (const name of ['', 'Qualification', 'constructor', '__proto__', 'toString', 'upfront']) {
      expect(run(name, {})).toEqual({ status: 404 });
    }
  });

  it.each(names)('to %s is malformed unless its body is a JSON object', (name) => {
    for (const body of [null, undefined, [], [valid[name]], 'text', 5, true]) {
      expect(badFields(name, body)).toEqual(['(body)']);
    }
  });

  it.each(fields)('to $name may leave out $field only where it is optional', ({ name, field }) => {
    const bad = badFields(name, without(name, field));
    if (optionalFields[name]?.includes(field)) expect(bad).toEqual([]);
    else expect(bad).toEqual([field === 'days' ? '(body)' : field]);
  });

  it.each(fields)('to $name takes null as $field only where the shape says so', ({ name, field }) => {
    expect(badFields(name, withField(name, field, null))).toEqual(field === 'bestPercent' ? [] : [field]);
  });

  it.each(fields)('to $name is malformed when $field is an object', ({ name, field }) => {
    expect(badFields(name, withField(name, field, {}))).toEqual([field]);
  });

  it.each(names)('to %s is malformed with a field that is not listed, even one that objects inherit', (name) => {
    for (const field of ['extra', 'AsOf', 'hasOwnProperty', 'toString', 'constructor', '']) {
      expect(badFields(name, withField(name, field, 1))).toEqual([field]);
    }
    const polluted: unknown = JSON.parse(JSON.stringify(valid[name]).replace(/}$/, ', "__proto__": {"asOf": "x"}}'));
    expect(badFields(name, polluted)).toEqual(['__proto__']);
  });

  it.each(decimals)('to $name takes $field as a decimal string only', ({ name, field }) => {
    const bad = [
      5,
      7.5,
      '',
      '.5',
      '5.',
      '+5',
      '5.005',
      '3,648',
      '1e3',
      ' 5',
      '5 ',
      '5\n',
      '0x5',
      '५',
      'NaN',
      ['5'],
      true,
    ];
    for (const value of bad) expect(badFields(name, withField(name, field, value))).toEqual([field]);
    expect(badFields(name, withField(name, field, '-5'))).toEqual(field === 'netWorth' ? [] : [field]);
    for (const value of ['--5', '-', '- 5', '-.5', '-5.005']) {
      expect(badFields(name, withField(name, field, value))).toEqual([field]);
    }
    for (const value of ['7', '7.5', '007.50', '99999999999999999999999999.99']) {
      expect(badFields(name, withField(name, field, value))).toEqual([]);
    }
  });

  it.each(dates)('to $name takes $field as a date of the calendar only', ({ name, field }) => {
    const bad = [
      '2026-02-30',
      '2025-02-29',
      '2026-13-01',
      '2026-3-2',
      '02-03-2026',
      '2026-03-02T00:00:00Z',
      '',
      20260302,
    ];
    for (const value of bad) expect(badFields(name, withField(name, field, value))).toEqual([field]);
    for (const value of ['2024-02-29', '1950-01-01'])
      expect(badFields(name, withField(name, field, value))).toEqual([]);
  });

  it.each(instants)('to $name takes $field as an instant with offset only', ({ name, field }) => {
    const bad = [
      '2026-03-02T13:00:00',
      '2026-03-02t13:00:00Z',
      '2026-03-02T13:00:00z',
      '2026-03-02T13:00:60Z',
      '2026-03-02',
    ];
    bad.push('2026-03-02T13:00:00.0001Z', '2026-03-02T24:00:00Z', '2026-02-29T13:00:00Z', '2026-03-02T13:00Z');
    for (const value of [...bad, 0]) expect(badFields(name, withField(name, field, value))).toEqual([field]);
    for (const value of ['2026-03-02T13:00:00.123Z', '2026-03-02T13:00:00-00:00']) {
      expect(badFields(name, withField(name, field, value))).toEqual([]);
    }
  });

  it.each(integers)('to $name takes $field as a whole JSON number that is not negative', ({ name, field }) => {
    for (const value of [-1, 1.5, '3', true, [3], Number.NaN, Infinity]) {
      expect(badFields(name, withField(name, field, value))).toEqual([field]);
    }
    expect(badFields(name, withField(name, field, 2))).toEqual([]);
  });

  it.each(words)('to $name takes $field as one of its words only', ({ name, field }) => {
    for (const value of ['', 'ascending ', 'Ascending', 'ml', 'XX', 0, true, ['ML']]) {
      expect(badFields(name, withField(name, field, value))).toEqual([field]);
    }
  });

  it('has one entry for each bad field, with a message', () => {
    const body = { direction: 'up', attempt: 1, boundPercent: 5, bids: {}, minimumTqb: 4, extra: 1, asOf: 'now' };
    const errors = errorsOf('qualification', body);
    expect(errors.map(({ field }) => field).sort()).toEqual(Object.keys(body).sort());
    expect(errors.every(({ message }) => message.length > 0)).toBe(true);
    const bad = { concession: 'ML', proposer: true, valueOfEstimatedResources: '3,648' };
    expect(badFields('bid-security', bad)).toEqual(['valueOfEstimatedResources', 'proposer']);
  });

  it('with any number of arbitrary fields is answered, and never with a fault of our own', () => {
    const body = fc.dictionary(fc.constantFrom(...fields.map(({ field }) => field)), fc.jsonValue());
    fc.assert(
      fc.property(fc.constantFrom(...names), body, (name, changes) => {
        const outcome = run(name, { ...valid[name], ...changes });
        expect([200, 400]).toContain(outcome.status);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('asOf', () => {
  it.each(['final-offer', 'deadline'])('changes nothing in %s, whose own dates choose the version', (name) => {
    const answers = ['1950-01-01', '2023-12-15', '2026-03-02', '9999-12-31'].map((asOf) =>
      run(name, withField(name, 'asOf', asOf)),
    );
    for (const answer of [...answers, run(name, without(name, 'asOf'))]) expect(answer).toEqual(answers[0]);
  });

  it('is today when it is left out', () => {
    const body = without('bid-security', 'asOf');
    expect(runCalculator('bid-security', body, law, '2021-12-13')).toEqual(
      run('bid-security', { ...body, asOf: '2021-12-13' }),
    );
  });
});

describe('a bid', () => {
  const bid = { bidder: 'D', percent: '9.00' };
  const withBid = (changed: unknown): Body => ({ ...valid['qualification'], bids: [bid, changed] });

  it.each([
    ['is no object', 'D', 'bids[1]'],
    ['has no bidder', { percent: '9' }, 'bids[1].bidder'],
    ['has an empty name', { bidder: '', percent: '9' }, 'bids[1].bidder'],
    ['has a number as name', { bidder: 1, percent: '9' }, 'bids[1].bidder'],
    ['has no percent', { bidder: 'E' }, 'bids[1].percent'],
    ['has a number as percent', { bidder: 'E', percent: 9 }, 'bids[1].percent'],
    ['has null as eligibility', { bidder: 'E', percent: '9', eligible: null }, 'bids[1].eligible'],
    ['has affiliates that are no list', { bidder: 'E', percent: '9', affiliates: 'X' }, 'bids[1].affiliates'],
    ['has an affiliate without name', { bidder: 'E', percent: '9', affiliates: ['X', ''] }, 'bids[1].affiliates[1]'],
    ['is its own affiliate', { bidder: 'E', percent: '9', affiliates: ['X', 'E'] }, 'bids[1].affiliates'],
    ['has an unknown field', { bidder: 'E', percent: '9', note: '' }, 'bids[1].note'],
    ['names a bidder twice', bid, 'bids[1].bidder'],
  ])('is malformed when it %s', (_, changed, field) => {
    expect(badFields('qualification', withBid(changed))).toEqual([field]);
  });

  it('may name a bidder that differs by a space or by case, and an affiliate twice', () => {
    for (const bidder of ['d', 'D ', 'Ｄ'])
      expect(badFields('qualification', withBid({ bidder, percent: '9' }))).toEqual([]);
    expect(badFields('qualification', withBid({ bidder: 'E', percent: '9', affiliates: ['X', 'X'] }))).toEqual([]);
  });
});

describe('what the notes call malformed', () => {
  it('is a first attempt without responsive bid before anything but a second attempt', () => {
    for (const attempt of ['FIRST', 'DE_NOVO']) {
      expect(badFields('qualification', withField('qualification', 'attempt', attempt))).toEqual([
        'firstAttemptHadTqb',
      ]);
      expect(badFields('qualification', { ...valid['qualification'], attempt, firstAttemptHadTqb: true })).toEqual([]);
    }
  });

  it('is a step of zero and a jump of no steps', () => {
    for (const step of ['0', '0.0', '0.00']) {
      expect(badFields('final-offer', withField('final-offer', 'stepPercent', step))).toEqual(['stepPercent']);
    }
    expect(badFields('final-offer', withField('final-offer', 'jumpSteps', 0))).toEqual(['jumpSteps']);
  });

  it('is a proposer of a mining lease', () => {
    expect(badFields('bid-security', withField('bid-security', 'concession', 'ML'))).toEqual(['proposer']);
    expect(badFields('bid-security', { ...valid['bid-security'], concession: 'ML', proposer: false })).toEqual([]);
  });

  it('is a value of resources for an exploration licence, and none for the others', () => {
    expect(badFields('net-worth', withField('net-worth', 'concession', 'EL'))).toEqual(['valueOfEstimatedResources']);
    const { valueOfEstimatedResources: _, ...rest } = valid['net-worth'] ?? {};
    expect(badFields('net-worth', { ...rest, concession: 'EL' })).toEqual([]);
    expect(badFields('net-worth', { ...rest, concession: 'CL' })).toEqual(['valueOfEstimatedResources']);
  });

  it('is a deadline of two lengths, of none, or of no working day', () => {
    expect(badFields('deadline', withField('deadline', 'months', 1))).toEqual(['days', 'months']);
    expect(badFields('deadline', { from: '2026-03-02', rollOver: 'NONE' })).toEqual(['(body)']);
    expect(badFields('deadline', { from: '2026-03-02', rollOver: 'NONE', workingDays: 0 })).toEqual(['workingDays']);
    expect(badFields('deadline', { from: '2026-03-02', rollOver: 'NONE', days: 0 })).toEqual([]);
  });

  it('is a holiday that is no date', () => {
    expect(badFields('deadline', withField('deadline', 'holidays', ['2026-03-31', '2026-02-30']))).toEqual([
      'holidays[1]',
    ]);
  });

  it('is a request whose answer holds a date after 9999-12-31', () => {
    const long = { from: '9999-12-30', rollOver: 'NONE' };
    expect(badFields('deadline', { ...long, days: 1 })).toEqual([]);
    for (const length of [
      { days: 2 },
      { months: 1 },
      { years: 1 },
      { workingDays: 3 },
      { days: 1e300 },
      { years: 1e308 },
    ]) {
      expect(badFields('deadline', { ...long, ...length })).toEqual(Object.keys(length));
    }
    const rolled = { from: '9999-12-30', days: 1, rollOver: 'NEXT_WORKING_DAY', holidays: ['9999-12-31'] };
    expect(badFields('deadline', rolled)).toEqual(['days']);
    const late = {
      ...valid['final-offer'],
      closesAt: '9999-12-31T23:59:59+05:30',
      receivedAt: '9999-12-31T23:59:00+05:30',
    };
    expect(badFields('final-offer', { ...late, extensionMinutes: 0 })).toEqual([]);
    expect(badFields('final-offer', { ...late, extensionMinutes: 1 })).toEqual(['extensionMinutes']);
    // An offer that does not count leaves the close where it is, so that nothing is beyond the calendar.
    expect(badFields('final-offer', { ...late, offerPercent: '14.00', extensionMinutes: 1e300 })).toEqual([]);
    expect(badFields('final-offer', { ...late, closesAt: '9999-12-31T23:59:59Z' })).toEqual(['closesAt']);
    expect(badFields('final-offer', { ...late, receivedAt: '9999-12-31T23:59:59-12:00' })).toEqual([]);
  });
});
