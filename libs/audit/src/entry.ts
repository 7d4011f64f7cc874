import type { TransitionPayload, TransitionText } from '#engine';

/** One transition as stored: the columns of `transition`, and salt and payload unless they were removed. */
export interface RecordedEntry {
  readonly seq: number;
  readonly kind: string;
  readonly command: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly decidedAt: number;
  readonly hash: string;
  readonly text: string;
  readonly salt: string | null;
  readonly payload: string | null;
}

/** Name under which the erasure of a payload stands in the record. */
export const ERASE = 'engine.erase-payload';

/** What an erasure says of itself; the form of its transition. */
export interface ErasureForm {
  /** The transition whose payload was erased. */
  readonly seq: number;
  /** Act and provision that demand it, and the request or order it answers. */
  readonly ground: string;
  /** Opaque id of the person who ordered it. */
  readonly by: string;
}

/** An erasure as replay uses it: why, and where the case stood after the erased transition. */
export interface Erasure extends ErasureForm {
  /** The transition that records the erasure. */
  readonly recordedAt: number;
  readonly checkpoint: unknown;
}

/** Thrown when a stored text is not what a transition or payload looks like: somebody has changed it. */
export class UnreadableEntry extends Error {
  constructor(
    readonly part: 'text' | 'payload',
    reason: string,
  ) {
    super(`the ${part} cannot be read: ${reason}`);
    this.name = 'UnreadableEntry';
  }
}

function parseObject(part: 'text' | 'payload', text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnreadableEntry(part, 'it is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UnreadableEntry(part, 'it is not an object');
  }
  return value as Readonly<Record<string, unknown>>;
}

const TEXT_MEMBERS = ['case', 'kind', 'command', 'actor', 'organisation', 'capacity', 'received', 'decided'] as const;
const TEXT_HASHES = ['facts', 'law', 'logic', 'commitment', 'prev'] as const;
const TEXT_LISTS = ['rules', 'failed', 'reads'] as const;

/** @throws UnreadableEntry */
export function parseText(text: string): TransitionText {
  const value = parseObject('text', text);
  if (value['v'] !== 1) throw new UnreadableEntry('text', `its version is ${JSON.stringify(value['v'])}, not 1`);
  if (!Number.isSafeInteger(value['seq'])) throw new UnreadableEntry('text', 'it has no sequence number');
  for (const name of [...TEXT_MEMBERS, ...TEXT_HASHES]) {
    if (typeof value[name] !== 'string') throw new UnreadableEntry('text', `it has no ${name}`);
  }
  for (const name of TEXT_LISTS) {
    if (!Array.isArray(value[name])) throw new UnreadableEntry('text', `it has no list ${name}`);
  }
  for (const name of ['received', 'decided'] as const) {
    if (!Number.isFinite(Date.parse(String(value[name])))) throw new UnreadableEntry('text', `${name} is no instant`);
  }
  return value as unknown as TransitionText;
}

/** @throws UnreadableEntry */
export function parsePayload(payload: string): TransitionPayload {
  const value = parseObject('payload', payload);
  if (typeof value['form'] !== 'object' || value['form'] === null) throw new UnreadableEntry('payload', 'no form');
  if (typeof value['context'] !== 'string') throw new UnreadableEntry('payload', 'no hash of the context');
  return value as unknown as TransitionPayload;
}

/** The erasure that an entry records, or undefined when it records none. */
export function findErasure(entry: Pick<RecordedEntry, 'seq' | 'command' | 'payload'>): Erasure | undefined {
  if (entry.command !== ERASE || entry.payload === null) return undefined;
  try {
    const { form, given } = parsePayload(entry.payload);
    const { seq, ground, by } = form as Partial<ErasureForm>;
    if (typeof seq !== 'number' || typeof ground !== 'string' || typeof by !== 'string') return undefined;
    return { seq, ground, by, recordedAt: entry.seq, checkpoint: given?.['checkpoint'] };
  } catch (error) {
    if (error instanceof UnreadableEntry) return undefined;
    throw error;
  }
}

/** The erasures of a case by the transition that each erased. */
export function listErasures(
  entries: Iterable<Pick<RecordedEntry, 'seq' | 'command' | 'payload'>>,
): Map<number, Erasure> {
  const erasures = new Map<number, Erasure>();
  for (const entry of entries) {
    const erasure = findErasure(entry);
    if (erasure !== undefined && erasure.seq < erasure.recordedAt) erasures.set(erasure.seq, erasure);
  }
  return erasures;
}
