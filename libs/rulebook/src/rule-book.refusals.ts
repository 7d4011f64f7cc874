import type { Finding, Refusal } from '#case-kit';
import { ACTS } from './acts.js';
import { nameVersion } from './parameter.js';
import type { Draft, MissingSignature } from './draft.js';
import type { LawFault } from './law-book.js';

/** What may be done to the rule book and when; the names are part of the interface's contract. */
const RULES = {
  'rule-book-owner': 'Only an owner of the rule book changes, signs or publishes it.',
  'rule-book-stands':
    'Every parameter has a source, a provision, a known confidence and an exact value, and its periods join without overlap or gap.',
  'draft-open': 'A draft that was withdrawn or published is not changed, signed or published again.',
  'draft-as-read': 'Whoever revises, signs, withdraws or publishes a draft has read its newest version.',
  'draft-on-current-law': 'A draft is published on the law that it was made on.',
  'two-signatures': 'Every changed version of a parameter is signed by two different people before it is published.',
  'signs-once': 'The same person does not sign the same content twice.',
  'known-person': 'A signature is that of a person whom the platform knows.',
  'changes-the-law': 'A publication differs from the law before it.',
} as const;

export type RuleBookRule = keyof typeof RULES;

/** Thrown by the rule book when a rule of its own keeping refuses; carries all refusals found. */
export class RuleBookRefused extends Error {
  constructor(readonly refusals: readonly Refusal[]) {
    super(refusals.map(({ rule, datum }) => `${rule}: ${datum}`).join('; '));
    this.name = 'RuleBookRefused';
  }
}

/** Thrown when there is no such draft or law. */
export class RuleBookNotFound extends Error {
  constructor(what: string) {
    super(`the rule book holds no ${what}`);
    this.name = 'RuleBookNotFound';
  }
}

/** Thrown when an act comes under a key that was used for another one. */
export class RuleBookKeyReused extends Error {
  constructor() {
    super('the key was used for another act or another body');
    this.name = 'RuleBookKeyReused';
  }
}

function refuse(rule: RuleBookRule, finding: Finding): Refusal {
  return { rule, ref: { act: ACTS.policy, provision: `rule book, ${rule}` }, text: RULES[rule], ...finding };
}

export function refuseRole(role: string): Refusal {
  return refuse('rule-book-owner', {
    datum: 'role',
    found: role,
    required: 'rule-book-owner',
    cure: { who: 'administrator', how: 'appoint the person as rule book owner' },
  });
}

export function refuseFault({ parameter, reason }: LawFault): Refusal {
  return refuse('rule-book-stands', {
    datum: parameter,
    found: reason,
    required: 'a parameter that can stand',
    cure: { who: 'rule-book-owner', how: 'revise the draft' },
  });
}

export function refuseState({ state }: Draft): Refusal {
  return refuse('draft-open', {
    datum: 'state',
    found: state,
    required: 'open',
    cure: { who: 'rule-book-owner', how: 'propose the change anew' },
  });
}

export function refuseVersion({ version, changerName }: Draft, read: number): Refusal {
  return refuse('draft-as-read', {
    datum: 'version',
    found: read,
    required: version,
    cure: { who: 'the caller', how: `read version ${version}, which ${changerName} made, and act on that` },
  });
}

export function refuseBase(draft: Draft, currentHash: string | null): Refusal {
  return refuse('draft-on-current-law', {
    datum: 'baseHash',
    found: draft.baseHash,
    required: currentHash,
    cure: { who: 'rule-book-owner', how: 'read what was published since and revise the draft, which rests it on that' },
  });
}

export function refuseMissing({ content, signedBy, missing }: MissingSignature): Refusal {
  return refuse('two-signatures', {
    datum: `${content.name} ${nameVersion(content)}`,
    found: signedBy,
    required: '2 different people',
    cure: {
      who: 'rule-book-owner',
      how: `${missing} more of them must sign this content, none of ${signedBy.join(', ') || 'whom has signed'}`,
    },
  });
}

export function refuseSecondSignature(personId: string): Refusal {
  return refuse('signs-once', {
    datum: 'personId',
    found: personId,
    required: 'another person',
    cure: { who: 'rule-book-owner', how: 'another rule book owner signs' },
  });
}

export function refuseStranger(personId: string): Refusal {
  return refuse('known-person', {
    datum: 'personId',
    found: personId,
    required: 'a person known to the platform',
    cure: { who: 'administrator', how: 'register the person' },
  });
}

export function refuseSame(hash: string): Refusal {
  return refuse('changes-the-law', {
    datum: 'hash',
    found: hash,
    required: 'another law',
    cure: { who: 'rule-book-owner', how: 'withdraw the draft, the law already says so' },
  });
}
