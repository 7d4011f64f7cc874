import { lawIsSigned, Percent, Rupees, sayCount, sayInstant, type CaseRule, type FormRule } from '#case-kit';
import type { AuctionFacts } from './block-auction.facts.js';
import { AUTHORITY, makeFinding, REGISTER } from './block-auction.findings.js';
import { auctionPolicy, auctionRule, blockAuctionLaw, CALCULATOR_PARAMETERS } from './block-auction.law.js';
import type { AuctionContext } from './block-auction.model.js';
import { getScheme, schemeOf } from './block-auction.schemes.js';
import { findScheduleFault } from './schedule.rules.js';
import { DAY } from './block-auction.clock.js';
import type { OpenBlockAuctionForm } from './draft.forms.js';

type OnCase = CaseRule<AuctionContext, AuctionFacts>;
type OnOpening = FormRule<undefined, AuctionFacts, OpenBlockAuctionForm>;

const CONCESSIONS = { ML: 'mining lease', CL: 'composite licence', EL: 'exploration licence' } as const;

export const blockIsRegistered: OnOpening = {
  name: 'block-is-registered',
  needs: 'form',
  ref: auctionRule('rr. 5, 16, 19A'),
  text: 'Only a block of the register, whose State is known, is auctioned, and only for what it is meant for.',
  check: ({ facts: { block }, form }) => {
    const { concession, title } = getScheme(form.scheme);
    if (block === null || block.state === null) {
      return makeFinding(
        'blockId',
        block === null ? `no block ${form.blockId}` : 'a block without a State',
        'a block of the register, with its State',
        {
          who: REGISTER,
          how: `record block ${form.blockId} with its State`,
        },
      );
    }
    if (block.concession === null || block.concession === concession) return true;
    return makeFinding(
      'scheme',
      `a notice for a ${title.toLowerCase()}`,
      `a notice for a ${CONCESSIONS[block.concession]}, as the register says`,
      {
        who: AUTHORITY,
        how: `draft the notice for what the block is meant for, or have the register say that it is for a ${title.toLowerCase()}`,
      },
    );
  },
};

/** A rehearsal may use any block; a real notice for an invented block would offer what is not there. */
export const practiceBlockStaysInPractice: OnCase = {
  name: 'practice-block-stays-in-practice',
  needs: 'case',
  ref: auctionPolicy('practice blocks'),
  text: 'A block that was invented for practice is auctioned in rehearsals only.',
  check: ({ row, facts: { block } }) =>
    row.rehearsal || block?.rehearsal !== true
      ? true
      : makeFinding('block', 'a block that was invented for practice', 'a real block, or a rehearsal', {
          who: AUTHORITY,
          how: 'open a rehearsal for this block',
        }),
};

export const areaIsDemarcated: OnCase = {
  name: 'area-is-demarcated',
  needs: 'case',
  ref: auctionRule('rr. 5(2), 16, 19A'),
  text: 'The area is demarcated by total station and differential GPS before the notice is published.',
  check: ({ facts: { block } }) =>
    block?.demarcated === true
      ? true
      : makeFinding(
          'block.demarcated',
          block?.demarcated === false ? 'not demarcated' : 'not known to be demarcated',
          'a demarcated area',
          {
            who: REGISTER,
            how: 'have the area demarcated and record a version of the block that says so',
          },
        ),
};

export const landIsClassified: OnCase = {
  name: 'land-is-classified',
  needs: 'case',
  ref: auctionRule('rr. 5(2), 9(1)'),
  text: 'The area is classified into forest land, land of the State and other land before the notice is published.',
  check: ({ facts: { block } }) =>
    block?.landClassified === true
      ? true
      : makeFinding(
          'block.land',
          'no classification recorded',
          'hectares of forest land, of land of the State and of other land',
          {
            who: REGISTER,
            how: 'classify the land, from PM Gati Shakti or the land records if need be, and record it',
          },
        ),
};

/** G1 is the most detailed level. */
function reaches(level: string | null, needed: string): boolean {
  return level !== null && level <= needed;
}

export const explorationSuffices: OnCase = {
  name: 'exploration-suffices',
  needs: 'case',
  ref: auctionRule('rr. 5(1), 16(1)'),
  text: 'The block is explored to the level that its concession asks for, or recommended where the Rules allow that.',
  check: ({ row: { context }, facts: { block }, law }) => {
    const { exploration } = schemeOf(context);
    if (exploration === null) return true;
    const needed = String(law.read(exploration.parameter).value);
    const level = block?.explorationLevel ?? null;
    if (reaches(level, needed)) return true;
    if (exploration.orRecommendation && context.terms.potentialBasis !== null) return true;
    const or = exploration.orRecommendation ? ', or the recommendation on which the licence rests' : '';
    return makeFinding('block.explorationLevel', level ?? 'no level recorded', `${needed} or better${or}`, {
      who: exploration.orRecommendation ? `${REGISTER}, or ${AUTHORITY}` : REGISTER,
      how: exploration.orRecommendation
        ? 'record the level that was reached, or amend the draft with the recommendation'
        : 'have the block explored and record the level that was reached',
    });
  },
};

export const geologicalReportIsThere: OnCase = {
  name: 'geological-report-is-there',
  needs: 'case',
  ref: auctionRule('r. 9(2)'),
  text: 'The tender document holds the geological report of the block.',
  check: ({ facts: { block } }) =>
    block !== null && block.geologicalReport !== null
      ? true
      : makeFinding('block.geologicalReport', 'none recorded', 'the stored geological report of the block', {
          who: REGISTER,
          how: 'store the geological report and record it with the block',
        }),
};

export const valueIsComputed: OnCase = {
  name: 'value-is-computed',
  needs: 'case',
  ref: auctionRule('rr. 2(1)(m), 8(1)'),
  text: 'The value of estimated resources stands with its worksheet for the block as it is now; the notice freezes it.',
  check: ({ row: { context }, facts: { block } }) => {
    if (!schemeOf(context).knowsValue) return true;
    const value = block?.value ?? null;
    const cure = { who: REGISTER, how: 'compute the value for the current version of the block, with its worksheet' };
    if (value === null || value.worksheet.length === 0) {
      return makeFinding(
        'block.value',
        value === null ? 'none recorded' : 'an amount without its worksheet',
        'an amount with its worksheet',
        cure,
      );
    }
    if (Rupees.parse(value.amount).paise === 0n)
      return makeFinding('block.value', Rupees.parse(value.amount).formatGrouped(), 'more than nothing', cure);
    if (value.blockVersion !== block?.version) {
      const found = `a value computed for version ${value.blockVersion} of the block`;
      return makeFinding('block.value', found, `a value computed for version ${block?.version ?? '?'}`, cure);
    }
    return true;
  },
};

export const boundIsSet: OnCase = {
  name: 'bound-is-set',
  needs: 'case',
  ref: auctionRule('rr. 8(1), 17, 19D'),
  text: 'The notice names a reserve price, or for an exploration licence a ceiling of at least the least share.',
  check: ({ row: { context }, law }) => {
    const { leastBoundParameter, boundName } = schemeOf(context);
    const bound = Percent.parse(context.terms.bound);
    const least = leastBoundParameter === null ? null : Percent.parse(law.decimal(leastBoundParameter));
    const isEnough = least === null ? bound.hundredths > 0n : bound.compare(least) >= 0;
    if (isEnough) return true;
    return makeFinding(
      'bound',
      `a ${boundName} of ${bound.format()} %`,
      least === null ? 'more than 0.00 %' : `${least.format()} % or more`,
      {
        who: AUTHORITY,
        how: `amend the draft with another ${boundName}`,
      },
    );
  },
};

export const securityCanBeTold: OnCase = {
  name: 'security-can-be-told',
  needs: 'case',
  ref: auctionRule('rr. 9, 17, 19E'),
  text: 'The bid security follows from the value of estimated resources, or the tender states it.',
  check: ({ row: { context } }) =>
    schemeOf(context).knowsValue || context.terms.statedSecurity !== null
      ? true
      : makeFinding('statedSecurity', 'no amount stated', 'an amount in rupees', {
          who: AUTHORITY,
          how: 'amend the draft with the bid security of this exploration licence',
        }),
};

export const scheduleIsInOrder: OnCase = {
  name: 'schedule-is-in-order',
  needs: 'case',
  ref: auctionRule('r. 9(3)'),
  text: 'Questions, replies, the end of the study period and the due time follow one another, and all lie ahead.',
  check: ({ row: { context }, at }) => {
    const fault = findScheduleFault(context.schedule, at);
    return fault === null
      ? true
      : makeFinding(...fault, { who: AUTHORITY, how: 'amend the draft with dates in order' });
  },
};

export const studyPeriodSuffices: OnCase = {
  name: 'study-period-suffices',
  needs: 'case',
  ref: auctionRule('r. 9(3)'),
  text: 'Bidders get the fixed period to study the tender document; bidding begins only after it.',
  check: ({ row: { context }, law, at }) => {
    const days = law.integer('auction.study-period-days');
    const earliest = at + days * DAY;
    if (context.schedule.studyEndsAt >= earliest) return true;
    const required = `${sayInstant(earliest)} or later, ${sayCount(days, 'day')} after publication`;
    return makeFinding('studyEndsAt', sayInstant(context.schedule.studyEndsAt), required, {
      who: AUTHORITY,
      how: 'amend the draft with a later end of the study period and later dates after it',
    });
  },
};

/** The parameters on which this very auction rests; what its tender states itself is not among them. */
export function listParameters({ terms }: Pick<AuctionContext, 'terms'>): readonly string[] {
  const scheme = getScheme(terms.scheme);
  const stated: readonly [string, unknown][] = [
    ['auction.extension-minutes', terms.extensionMinutes],
    ['auction.round-two-minutes', terms.roundTwoMinutes],
    [scheme.stepParameter, terms.step],
  ];
  const left = new Set(stated.filter(([, value]) => value !== null).map(([name]) => name));
  const otherSchemes: readonly string[] = ['auction.step-percent', 'auction.step-percent-el'].filter(
    (name) => name !== scheme.stepParameter,
  );
  return [...blockAuctionLaw.map(({ name }) => name), ...CALCULATOR_PARAMETERS].filter(
    (name) => !left.has(name) && !otherSchemes.includes(name),
  );
}

/** A number that is missing refuses here, before a notice stands on the gap and again before the prices are opened. */
export const numbersAreKnown: OnCase = {
  name: 'numbers-are-known',
  needs: 'case',
  ref: auctionPolicy('rule book'),
  text: 'Every number on which the auction rests is in the rule book, and each measure of its rounds is more than nothing.',
  check: ({ row: { context }, law }) => {
    for (const name of listParameters(context)) law.read(name);
    const step = context.published?.step ?? context.terms.step ?? law.decimal(schemeOf(context).stepParameter);
    if (Percent.parse(step).hundredths > 0n) return true;
    return makeFinding('step', `a step of ${Percent.parse(step).format()} %`, 'a step of more than 0.00 %', {
      who: AUTHORITY,
      how: 'amend the draft with a step of the second round',
    });
  },
};

export const numbersAreSigned = lawIsSigned(auctionRule('r. 9(1)'), ({ context }) =>
  listParameters(context as AuctionContext),
);
