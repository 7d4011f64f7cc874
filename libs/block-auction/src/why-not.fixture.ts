import {
  discloseRefusal,
  type Actor,
  type AnyCommandSpec,
  type DueEvent,
  type Finding,
  type Refusal,
  type Role,
} from '#case-kit';
import { blockAuction } from './block-auction.case-type.js';
import { phaseOf } from './block-auction.clock.js';
import { PHASES, type Phase } from './block-auction.model.js';
import type { AuctionPlay } from './play.fixture.js';
import { ROUND_TRIALS } from './round-trials.fixture.js';
import { playUntil, playUntilDecision } from './stages.fixture.js';
import { TENDER_TRIALS } from './tender-trials.fixture.js';
import * as world from './world.fixture.js';

/** The explanation of the engine, which a case type does not know. */
export type Explain = (
  caseType: typeof blockAuction,
  row: AuctionPlay['row'],
  command: string,
  due: readonly DueEvent[],
) => Refusal;

export type Told = Omit<Refusal, 'concealed'>;

/** One command as somebody who has the role for it would be told about it, in a representative case of a state. */
export interface Answered {
  readonly phase: Phase;
  readonly command: string;
  readonly summary: string;
  readonly role: Role;
  /** Empty: possible, as far as can be told before the form is filled in. */
  readonly refusals: readonly Told[];
}

const ASKERS: Partial<Readonly<Record<Role, Actor>>> = {
  'state-officer': world.OFFICER,
  'central-officer': world.CENTRAL,
  'approving-officer': world.APPROVER,
  'evaluation-chair': world.CHAIR,
  'evaluation-member': world.MEMBER,
  'platform-operator': world.OPERATOR,
  bidder: world.ALPHA,
};

const ANNULMENT = { ground: 'BLOCK_CHANGED', provision: 'r. 9', reason: 'A part of the block is a sanctuary now.' };

function playTo(phase: Phase): AuctionPlay {
  switch (phase) {
    case 'decideProceed':
      return playUntilDecision();
    case 'annulled':
    case 'annulmentConcluded': {
      const play = playUntil(phase === 'annulled' ? 'bidsIn' : 'draft');
      play.mustGive('ANNUL', world.OFFICER, ANNULMENT);
      return play;
    }
    default:
      return playUntil(phase);
  }
}

/** Every command that people give, asked for by each role of its own in a representative case of each state. */
export function askEverywhere(explain: Explain): readonly Answered[] {
  return PHASES.flatMap((phase) => {
    const play = playTo(phase);
    if (phaseOf(play.row.state) !== phase)
      throw new Error(`the play for ${phase} stands at ${phaseOf(play.row.state)}`);
    return Object.entries(blockAuction.commands).flatMap(([command, spec]) => {
      const [role] = spec.roles.filter((each) => each !== 'system');
      if (role === undefined) return [];
      const refusals = explainOne(play, command, spec, role, explain);
      return [{ phase, command, summary: spec.summary, role, refusals: refusals.map(discloseRefusal) }];
    });
  });
}

function explainOne(
  play: AuctionPlay,
  command: string,
  spec: AnyCommandSpec,
  role: Role,
  explain: Explain,
): readonly Refusal[] {
  const { row, parties, at } = play;
  const takes = blockAuction.machine.root.states[phaseOf(row.state)]?.ownEvents ?? [];
  if (!takes.includes(command)) return [explain(blockAuction, row, command, play.dueEvents())];
  const actor = ASKERS[role];
  if (actor === undefined) throw new Error(`nobody asks as ${role}`);
  const facts = play.factsFor(actor, spec.facts ?? []);
  const situation = { row, facts, law: play.lawReader(), actor, party: play.partyOf(actor), parties, at };
  return spec.rules.flatMap((rule) => {
    const finding = rule.needs === 'case' ? rule.check(situation) : true;
    return finding === true ? [] : [refusalOf(rule, finding)];
  });
}

function refusalOf(rule: AnyCommandSpec['rules'][number], finding: Finding): Refusal {
  const { name, ref, text } = rule;
  return { rule: name, ref, text, ...finding };
}

/** What each rule says of the one command that it alone refuses, by the name of the rule. */
export function refuseByEachRule(): ReadonlyMap<string, Told> {
  const rules = [blockAuction.open, ...Object.values(blockAuction.commands)].flatMap((spec) => [...spec.rules]);
  return new Map(
    Object.entries({ ...TENDER_TRIALS, ...ROUND_TRIALS }).map(([name, { refused }]) => {
      const answer = refused();
      const finding = answer.kind === 'refused' ? answer.findings[name] : undefined;
      const rule = rules.find((each) => each.name === name);
      if (finding === undefined || rule === undefined) throw new Error(`${name} refuses nothing in its trial`);
      return [name, discloseRefusal(refusalOf(rule as AnyCommandSpec['rules'][number], finding))];
    }),
  );
}
