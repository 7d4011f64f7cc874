import { setTimeout as sleep } from 'node:timers/promises';
import { onDay, shift } from '../drive/auction-dates.js';
import { localTime } from '../drive/lines.js';
import type { People } from '../drive/people.js';
import { RehearsalCase } from '../drive/rehearsal-case.js';
import type { Story, Storyteller } from './storyteller.js';

const STARTS_AT = onDay('2026-01-05T00:00:00+05:30', 0, 10);
const CLOSES_AT = onDay(STARTS_AT, 9, 17);
const PLURAL = 'fair-stalls';
/** The platform opens the inspection behind the command that asks for it. */
const MOST_WAITS = 60;
const WAIT_MS = 500;

interface Stall {
  readonly status: string;
}

/** The invented kind of case that shows in little what an auction shows in full. */
export const fairStallStory: Story = {
  name: 'fair-stall',
  title: 'The stall of a fair: sealed offers, calls under aliases, payment, and an inspection by another agency',
  tell: async (teller, people) => {
    await teller.chapter('The notice');
    const id = await RehearsalCase.open(people, PLURAL, {
      by: 'odisha',
      startsAt: STARTS_AT,
      form: { stallName: 'Tea stall', applicationsCloseAt: CLOSES_AT, callingMinutes: 30 },
    });
    const stall = new RehearsalCase(people, id, PLURAL, 'odisha');
    await stall.giveByTwo('odisha', 'approving', 'publish');
    await teller.say(`An officer drafts the notice of a tea stall, ${id}, and two persons publish it.`);
    await tellApplications(teller, stall);
    await tellCalling(teller, stall);
    await tellSettlement(teller, people, stall);
  },
};

async function tellApplications(teller: Storyteller, stall: RehearsalCase): Promise<void> {
  await teller.chapter('Sealed offers');
  await stall.give('bidder1', 'apply', { offer: '1100.00' });
  await stall.give('bidder2', 'apply', { offer: '1300.00' });
  await teller.say('Two traders apply. Their offers are sealed on arrival; nobody learns how many there are.');
  await stall.advanceTo(shift(CLOSES_AT, 1));
  await teller.refuse('A third one comes a second after the closing time.', () =>
    stall.give('bidder3', 'apply', { offer: '1500.00' }),
  );
  const proposalId = await stall.propose('chair', 'open-envelopes');
  await teller.refuse('The chair opens them, and would confirm it himself.', () =>
    stall.give('chair', 'confirm-proposal', { proposalId }),
  );
  await stall.give('member', 'confirm-proposal', { proposalId });
  await teller.say('A second member confirms; the offers are opened together, and the calling begins.');
}

async function tellCalling(teller: Storyteller, stall: RehearsalCase): Promise<void> {
  await teller.chapter('The calling');
  await teller.refuse('The holder of the best offer calls against himself.', () =>
    stall.give('bidder2', 'call', { offer: '1350.00' }),
  );
  await stall.give('bidder1', 'call', { offer: '1350.00' });
  await stall.give('bidder2', 'call', { offer: '1400.00' });
  await teller.say('The other calls 1350.00, and is outbid with 1400.00. The clock closes the calling.');
  await stall.advanceTo(shift(CLOSES_AT, 3600));
}

async function tellSettlement(teller: Storyteller, people: People, stall: RehearsalCase): Promise<void> {
  await teller.chapter('Payment and inspection');
  await teller.refuse('The operator records a payment that is too small.', () =>
    stall.give('operator', 'pay', { reference: 'UTR-2026-0001', amount: '1399.00' }),
  );
  await stall.give('operator', 'pay', { reference: 'UTR-2026-0001', amount: '1400.00' });
  const visit = await findVisit(people, stall.id);
  await teller.say(`The case has opened another one for the agency: ${visit}, the inspection of the stall.`);
  const inspection = new RehearsalCase(people, visit, 'stall-inspections', 'agency');
  await inspection.give('agency', 'inspect', { result: 'passed', remarks: 'Dry, level and clean.' });
  const { status } = await waitFor(async () => {
    const seen = await stall.view<Stall>();
    return seen.status === 'Allotted' ? seen : undefined;
  });
  await teller.show(`Everybody sees on ${localTime(shift(CLOSES_AT, 3600))}`, [['status', status]]);
}

/** The child case, among those that wait in the agency's inbox: a list does not name parents, the case does. */
async function findVisit(people: People, stallId: string): Promise<string> {
  const agency = people.as('agency');
  const others = new Set<string>();
  return await waitFor(async () => {
    const { items } = await agency.get<{ readonly items: readonly { readonly id: string }[] }>('/v1/inbox?limit=200');
    for (const { id } of items.filter((item) => !others.has(item.id))) {
      const { parentCaseId } = await agency.get<{ readonly parentCaseId: string | null }>(`/v1/cases/${id}`);
      if (parentCaseId === stallId) return id;
      others.add(id);
    }
    return undefined;
  });
}

/** @throws Error when it does not come about. */
async function waitFor<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let wait = 0; wait < MOST_WAITS; wait += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(WAIT_MS);
  }
  throw new Error('The platform did not do in time what it does behind a command; does its worker run?');
}
