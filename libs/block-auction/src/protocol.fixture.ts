import { PUBLIC_ACTOR, sha256Hex, type RecordedTransition, type TransitionFact } from '#case-kit';
import { blockAuctionProtocol } from './block-auction.protocol.js';
import type { AuctionPlay } from './play.fixture.js';

/** A play whose record also tells which rules refused, as that of the engine does. */
export interface RecordedPlay {
  readonly play: AuctionPlay;
  readonly failed: ReadonlyMap<TransitionFact, readonly string[]>;
}

/** Has everything recorded that is given to a play from now on, what its state does not allow included. */
export function recordPlay(play: AuctionPlay): RecordedPlay {
  const failed = new Map<TransitionFact, readonly string[]>();
  const give = play.give.bind(play);
  play.give = (command, actor, form = {}) => {
    const answer = give(command, actor, form);
    if (answer.kind === 'state') {
      const { personId: actorId, organisationId, role } = actor;
      const { state } = play.row;
      const act = { command, actorId, organisationId, role, at: play.at, from: state, to: state, form };
      play.acts.push({ ...act, seq: 0, kind: 'refused' });
    }
    const act = play.acts.at(-1);
    if (act !== undefined && answer.kind === 'state') failed.set(act, ['state-allows']);
    if (act !== undefined && answer.kind === 'refused') failed.set(act, Object.keys(answer.findings));
    return answer;
  };
  return { play, failed };
}

/** The protocol of a play, as JSON would hand it to a reader; null before there is one. */
export function protocolOf({ play, failed }: RecordedPlay): Record<string, unknown> | null {
  const { row, parties, law } = play;
  if (!blockAuctionProtocol.isOpen(row)) return null;
  const record = play.acts.map((act, index): RecordedTransition => ({
    ...act,
    seq: index + 1,
    hash: sha256Hex('entry', String(index)),
    decidedAt: act.at,
    failed: failed.get(act) ?? [],
    reads: [],
    lawHash: law.hash,
    late: false,
    given: {},
    opened: {},
  }));
  const facts = play.memory.factsFor(PUBLIC_ACTOR, {});
  const protocol = blockAuctionProtocol.write({ row, parties, facts, record, lawOf: () => law });
  return protocol === null ? null : (JSON.parse(JSON.stringify(protocol)) as Record<string, unknown>);
}
