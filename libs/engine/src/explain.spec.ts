import { type Actor, type CaseRow, type Sql } from '#case-kit';
import { docket, EMPTY_LAW, makeActor } from '#testing';
import { decide } from './decide.js';
import { commandPath, explainCommands, type CommandExplanation } from './explain.js';
import { blankRow } from './opening.js';

const NOON = Date.parse('2026-03-02T12:00:00+05:30');
const HOUR = 3_600_000;
const OFFICER = makeActor('central-officer');
const SECOND = makeActor('approving-officer');
const sql: Sql = { query: () => Promise.resolve([]) };

const CONTEXT = { subject: 'Stones', closesAt: NOON + HOUR, publishedAt: NOON, graceMs: null, raised: 0, heard: [] };

function rowOf(state: CaseRow['state'], more: Partial<CaseRow> = {}, context: object = {}): CaseRow {
  const blank = blankRow('DOCK-1', {
    type: 'docket',
    machineVersion: '1',
    jurisdiction: 'OD',
    rootCaseId: 'DOCK-1',
    parentCaseId: null,
    blockId: null,
    rehearsal: false,
    clockAt: null,
    lawHash: 'empty',
    openedAt: NOON,
  });
  return { ...blank, seq: 4, state, context: { ...CONTEXT, ...context }, ...more };
}

async function explain(row: CaseRow, actor: Actor, now = NOON): Promise<Map<string, CommandExplanation>> {
  const closed = row.state === 'settled' || row.state === 'dropped';
  const seen = { caseType: docket, row, parties: [], law: EMPTY_LAW, closed };
  return new Map((await explainCommands(sql, seen, actor, now)).map((each) => [each.name, each]));
}

const rulesOf = (explanation: CommandExplanation | undefined): string[] =>
  (explanation?.refusals ?? []).map(({ rule }) => rule);

const proposalOf = (command: string, proposerId: string): CaseRow['proposals'][number] => ({
  id: 'p1',
  command,
  seq: 3,
  proposerId,
  proposerOrganisationId: 'o',
  proposedAt: NOON,
  expiresAt: NOON + 24 * HOUR,
});

describe('what may be done now', () => {
  it('lists the commands of the caller’s role and no other', async () => {
    const names = [...(await explain(rowOf('gathering'), makeActor('bidder'))).keys()];
    expect(names).toEqual(['RAISE', 'CLAIM']);
    const officer = [...(await explain(rowOf('gathering'), OFFICER)).keys()];
    expect(officer).toEqual(expect.arrayContaining(['NOTE', 'PUBLISH', 'engine.place-hold', 'engine.set-aside']));
    expect(officer).not.toContain('LAPSE');
    expect(officer).not.toContain('RAISE');
  });

  it('says where each command is given, who must confirm it and what its form will be asked', async () => {
    expect((await explain(rowOf('draft'), OFFICER)).get('PUBLISH')).toMatchObject({
      path: 'publish',
      summary: 'Publish the docket.',
      available: true,
      needsSecondPerson: ['approving-officer'],
      refusals: [],
      conditions: [],
    });
    expect((await explain(rowOf('gathering'), makeActor('bidder'))).get('RAISE')?.conditions).toEqual([
      {
        rule: 'raises-by-more-than-nothing',
        ref: { act: 'Docket Rules', provision: 'r. 5' },
        text: 'A docket is raised by a positive number.',
      },
    ]);
    expect(commandPath('OPEN_ENVELOPES')).toBe('open-envelopes');
  });

  it('gives every reason at once: territory, hold, state or rules', async () => {
    const holds = [
      { id: 'h', kind: 'court-stay', orderReference: 'W.P. 1', from: 0, until: null, releasedAt: null },
    ] as const;
    const stranger = makeActor('state-officer', { jurisdiction: 'JH' });
    const commands = await explain(rowOf('draft', { holds }, { subject: '' }), stranger, NOON + 2 * HOUR);
    // What the rules find is for those who have a say.
    expect(rulesOf(commands.get('PUBLISH'))).toEqual(['territory', 'no-hold-stands']);
    const own = await explain(
      rowOf('draft', { holds }, { subject: '' }),
      makeActor('central-officer'),
      NOON + 2 * HOUR,
    );
    expect(rulesOf(own.get('PUBLISH'))).toEqual(['no-hold-stands', 'subject-is-named', 'closes-ahead']);
    expect(rulesOf(commands.get('NOTE'))).toEqual(['territory', 'no-hold-stands', 'state-allows']);
    expect(rulesOf(commands.get('DROP'))).toEqual(['territory']);
    expect(rulesOf(commands.get('engine.advance-clock'))).toEqual(['territory', 'advance-clock']);
  });

  it('offers a proposal to its second person and its withdrawal to its proposer', async () => {
    const row = rowOf('draft', { proposals: [proposalOf('PUBLISH', OFFICER.personId)] });
    const own = await explain(row, OFFICER);
    expect(rulesOf(own.get('PUBLISH'))).toEqual(['one-open-proposal']);
    expect(own.get('engine.withdraw-proposal')?.available).toBe(true);
    const second = await explain(row, SECOND);
    expect(second.get('engine.confirm-proposal')?.available).toBe(true);
    expect(second.get('engine.refuse-proposal')?.available).toBe(true);
    const himself = await explain(row, { ...SECOND, personId: OFFICER.personId });
    expect(himself.get('engine.confirm-proposal')).toMatchObject({
      available: false,
      refusals: [{ found: 'none that you may decide' }],
    });
    const colleague = await explain(row, { ...OFFICER, personId: 'a colleague' });
    expect(colleague.get('engine.withdraw-proposal')?.available).toBe(false);
  });

  it('offers the release of a hold that stands, and another order only when none waits', async () => {
    expect((await explain(rowOf('gathering'), OFFICER)).get('engine.release-hold')?.available).toBe(false);
    const waiting = rowOf('gathering', { proposals: [proposalOf('engine.set-aside', OFFICER.personId)] });
    expect(rulesOf((await explain(waiting, OFFICER)).get('engine.set-aside'))).toEqual(['one-open-proposal']);
    expect((await explain(rowOf('dropped'), OFFICER)).get('engine.set-aside')).toMatchObject({
      available: true,
      needsSecondPerson: ['approving-officer'],
    });
  });

  it('offers the clock of a rehearsal, and of nothing else', async () => {
    const rehearsal = rowOf('gathering', { rehearsal: true, clockAt: NOON });
    expect((await explain(rehearsal, OFFICER)).get('engine.advance-clock')?.available).toBe(true);
    expect((await explain(rowOf('gathering'), OFFICER)).get('engine.advance-clock')?.available).toBe(false);
  });

  it('counts a rehearsal’s time by its own clock', async () => {
    const bidder = makeActor('bidder');
    const late = rowOf('gathering', { rehearsal: true, clockAt: NOON + 2 * HOUR });
    expect(rulesOf((await explain(late, bidder, NOON)).get('RAISE'))).toEqual(['is-in-time']);
    const early = rowOf('gathering', { rehearsal: true, clockAt: NOON });
    expect((await explain(early, bidder, NOON + 9 * HOUR)).get('RAISE')?.available).toBe(true);
  });

  it('agrees with the decision itself in every state, for every role, with and without a hold, in time and late', async () => {
    const states: CaseRow['state'][] = [
      'draft',
      'gathering',
      'weighing',
      { settling: { payment: 'owed', survey: 'awaited' } },
      { settling: { payment: 'paid', survey: 'awaited' } },
      'settled',
      'dropped',
    ];
    const actors = [OFFICER, makeActor('bidder'), makeActor('evaluation-chair'), makeActor('platform-operator')];
    const hold = { id: 'h', kind: 'court-stay', orderReference: 'W', from: 0, until: null, releasedAt: null } as const;
    const form = { by: 1, text: 't', word: 'w', target: 'x', subject: 's', other: 'o', price: {} };
    const facts = { notes: 0, claims: [], cases: { o: { state: 'weighing', seq: 1 } } };
    const law = {
      ...EMPTY_LAW,
      find: (name: string) => ({
        name,
        version: '1',
        value: 1,
        provision: { act: '', provision: '' },
        confidence: 'primary' as const,
        signed: true,
      }),
    };
    for (const state of states) {
      for (const at of [NOON, NOON + 2 * HOUR]) {
        for (const holds of [[], [hold]]) {
          const row = rowOf(state, { holds, jurisdiction: 'CENTRE' });
          for (const actor of actors) {
            for (const [name, { available }] of await explain(row, actor, at)) {
              if (docket.commands[name] === undefined) continue;
              const input = { caseType: docket, row, parties: [], facts, law, at, seq: 5, proposalId: 'p' };
              const { outcome } = decide({ ...input, command: { name, form, actor } });
              expect([state, at, holds.length, name, available]).toEqual([
                state,
                at,
                holds.length,
                name,
                outcome !== 'refused',
              ]);
            }
          }
        }
      }
    }
  });
});
