import { setTimeout as sleep } from 'node:timers/promises';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { expectStatus, itemsOf } from '../support/client.js';
import { Stall } from '../support/stall-story.js';

interface Listed {
  readonly id: string;
  readonly type: string;
  readonly rehearsal: boolean;
}

describe('the allotment of a stall, told over HTTP', () => {
  let world: ApiWorld;

  beforeAll(async () => {
    world = await openApiWorld({ ADIT_WORKER: 'true' });
  });
  afterAll(() => world.close());

  const untilFound = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
    for (let waited = 0; waited < 10_000; waited += 50) {
      const found = await look();
      if (found !== undefined) return found;
      await sleep(50);
    }
    throw new Error(`waited in vain for ${what}`);
  };

  it('goes from the notice to the allotment, by way of a case of its own for the inspection', async () => {
    const stall = await Stall.callOpen(world);
    await stall.give('bidder1', 'call', { offer: '1350.00' }).then(expectStatus(200));
    const beaten = await stall.give('bidder2', 'call', { offer: '1360.00' });
    expect([beaten.status, beaten.body.refusals[0].rule]).toEqual([422, 'call-beats-best']);
    await stall.give('bidder2', 'call', { offer: '1400.00' }).then(expectStatus(200));
    await stall.advanceTo('2026-01-14T19:00:00+05:30');

    const agency = await world.as('agency');
    const child = await untilFound('the inspection', async () =>
      itemsOf<Listed>(await agency.get('/v1/inbox')).find(({ type }) => type === 'stall-inspection'),
    );
    expect(child.id).toMatch(/^REHEARSAL-/);
    const shown = await agency.get(`/v1/cases/${child.id}`).then(expectStatus(200));
    expect(shown.body.parentCaseId).toBe(stall.id);
    const bidder = await world.as('bidder1');
    const inspect = `/v1/stall-inspections/${child.id}/inspect`;
    expect([403, 404]).toContain((await bidder.command(inspect, { result: 'passed', remarks: '' })).status);
    await agency.command(inspect, { result: 'passed', remarks: 'Fire exits are free.' }).then(expectStatus(200));

    const wrong = await stall.give('operator', 'pay', { reference: 'UTR N1234567', amount: '1399.00' });
    expect(wrong.status).toBe(422);
    await stall.give('operator', 'pay', { reference: 'UTR N1234567', amount: '1400.00' }).then(expectStatus(200));
    const allotted = await untilFound('the allotment', async () => {
      const { body } = await world.anybody.get(`/v1/cases/${stall.id}`);
      return body.view.status === 'Allotted' ? (body.view as { allottee: string }) : undefined;
    });
    const me = await (await world.as('bidder2')).get('/v1/me');
    expect(allotted.allottee).toBe(me.body.appointments[0].organisation.id);
    // A message to another case needs nobody: it is the system's, and no route gives it.
    expect((await stall.give('odisha', 'record-inspection', { result: 'passed', remarks: '' })).status).toBe(404);
  });

  it('stands still under an order of a court, and goes on when it is vacated', async () => {
    const stall = await Stall.publish(world);
    const order = { kind: 'court-stay', orderReference: 'W.P.(C) 1234/2026, order of 2026-01-05' };
    const placed = await stall.give('odisha', 'place-hold', order).then(expectStatus(200));
    const [hold] = placed.body.case.holds as { id: string; standing: boolean }[];
    expect(hold?.standing).toBe(true);
    const stayed = await stall.give('bidder1', 'apply', { offer: '1250.00' });
    expect(stayed.status).toBe(409);
    const holdId = hold?.id;
    const vacated = { holdId, orderReference: 'W.P.(C) 1234/2026, order of 2026-02-01' };
    await stall.give('odisha', 'release-hold', vacated).then(expectStatus(200));
    await stall.give('bidder1', 'apply', { offer: '1250.00' }).then(expectStatus(200));
  });
});
