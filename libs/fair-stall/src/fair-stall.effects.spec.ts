import type { Effect } from '#case-kit';
import { ASHA, BINA, CHAIR, CHAND, OFFICER, OPERATOR, playUntil, SYSTEM, type Answer } from './fair-stall.fixture.js';

function effectsOf(answer: Answer): readonly Effect[] {
  if (answer.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(answer)}`);
  return answer.effects;
}

describe('the effects of the fair stall', () => {
  it('make the opener a party that conducts the fair', () => {
    expect(playUntil('draft').parties).toEqual([
      { organisationId: OFFICER.organisationId, capacity: 'organiser', alias: null },
    ]);
  });

  it('set the anchor of the law to the Indian day of the publication', () => {
    const play = playUntil('draft');
    play.at = Date.parse('2026-01-05T19:00:00Z');
    expect(effectsOf(play.give('PUBLISH', OFFICER))).toContainEqual({
      kind: 'anchor',
      name: 'notice',
      on: '2026-01-06',
    });
  });

  it('store the envelope of an application and never its offer', () => {
    const play = playUntil('applications');
    const effects = effectsOf(play.give('APPLY', ASHA, { offer: '777777.00' }));
    expect(effects).toEqual([
      {
        kind: 'row',
        table: 'fair_application',
        row: {
          organisationId: ASHA.organisationId,
          receivedAt: play.at,
          withdrawn: false,
          envelope: expect.objectContaining({ sealed: 'x25519-hkdf-sha256-aes256gcm' }),
        },
      },
      { kind: 'party', party: { organisationId: ASHA.organisationId, capacity: 'applicant', alias: null } },
    ]);
    expect(JSON.stringify(effects)).not.toContain('777777');
  });

  it('keep a withdrawal as a row of its own', () => {
    const play = playUntil('applications');
    play.mustGive('APPLY', ASHA, { offer: '1250.00' });
    expect(effectsOf(play.give('WITHDRAW', ASHA))).toEqual([
      {
        kind: 'row',
        table: 'fair_application',
        row: { organisationId: ASHA.organisationId, receivedAt: play.at, withdrawn: true, envelope: null },
      },
    ]);
  });

  it('open the standing applications alone: neither a replaced nor a withdrawn one', () => {
    const play = playUntil('applications');
    play.mustGive('APPLY', ASHA, { offer: '1250.00' });
    play.mustGive('APPLY', ASHA, { offer: '1350.00' });
    play.mustGive('APPLY', BINA, { offer: '1500.00' });
    play.mustGive('APPLY', CHAND, { offer: '1950.00' });
    play.mustGive('WITHDRAW', CHAND);
    play.at = play.row.context.applicationsCloseAt;
    play.mustGive('CLOSE_APPLICATIONS', SYSTEM);
    const rows = effectsOf(play.give('OPEN_ENVELOPES', CHAIR)).flatMap((effect) =>
      effect.kind === 'row' ? [effect.row] : [],
    );
    expect(rows.map(({ organisationId, offer, rank }) => [organisationId, offer, rank])).toEqual([
      [BINA.organisationId, '1500.00', 1],
      [ASHA.organisationId, '1350.00', 2],
    ]);
  });

  it('make the qualified traders under aliases, and leave who did not qualify an applicant', () => {
    const play = playUntil('applications');
    play.mustGive('APPLY', ASHA, { offer: '1250.00' });
    play.mustGive('APPLY', BINA, { offer: '1500.00' });
    play.mustGive('APPLY', CHAND, { offer: '1500.01' });
    play.at = play.row.context.applicationsCloseAt;
    play.mustGive('CLOSE_APPLICATIONS', SYSTEM);
    play.mustGive('OPEN_ENVELOPES', CHAIR);
    expect(play.partyOf(CHAND)).toMatchObject({ capacity: 'applicant', alias: null });
    expect([play.partyOf(ASHA)?.alias, play.partyOf(BINA)?.alias].sort()).toEqual(['Trader A', 'Trader B']);
  });

  it('write one row for a call and one for a payment', () => {
    const play = playUntil('calling');
    expect(effectsOf(play.give('CALL', ASHA, { offer: '1550.00' }))).toEqual([
      {
        kind: 'row',
        table: 'fair_call',
        row: { organisationId: ASHA.organisationId, receivedAt: play.at, offer: '1550.00' },
      },
    ]);
    const settling = playUntil('settling');
    expect(effectsOf(settling.give('PAY', OPERATOR, { reference: 'UTR 1', amount: '1600.00' }))).toEqual([
      { kind: 'row', table: 'fair_payment', row: { receivedAt: settling.at, amount: '1600.00', reference: 'UTR 1' } },
    ]);
  });
});
