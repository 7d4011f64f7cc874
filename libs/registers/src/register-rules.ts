import type { Finding, ProvisionRef, Refusal } from '#case-kit';
import { Problem } from '#platform';
import { ACTS, auctionRule, registerPolicy } from './registers.law.js';

/** What the registers refuse, and on which ground. The names are part of the interface. */
const REGISTER_RULES = {
  'block-is-new': [registerPolicy(1), 'A block is recorded once; whatever changes later is a new version of it.'],
  'practice-mark-stays': [
    registerPolicy(2),
    'A block that is invented for practice stays one for ever, and a real one never becomes one.',
  ],
  'geometry-lies-in-india': [registerPolicy(3), 'The boundary of a block lies in India.'],
  'geometry-is-simple': [
    registerPolicy(4),
    'The boundary of a block neither crosses nor touches itself; holes lie inside it, parts beside each other.',
  ],
  'area-agrees-with-geometry': [
    auctionRule('5(2)'),
    'The area that is stated agrees with the area that the demarcated boundary encloses, within the tolerance of the rule book.',
  ],
  'land-classes-make-the-area': [
    auctionRule('5(2)'),
    'The area is classified as forest land, land of the State government and other land, which together make it up.',
  ],
  'exploration-licence-has-no-value': [
    { act: ACTS.mmdr, provision: 's. 10BA' },
    'A block for an exploration licence has no estimated resources that could be valued.',
  ],
  'value-is-of-the-block': [
    auctionRule('2(1)(m)'),
    'The value of estimated resources is that of minerals of the block.',
  ],
  'price-precedes-computation': [
    auctionRule('2(1)(m)'),
    'Prices are those published for months before the month in which the value is computed.',
  ],
  'line-is-quantity-times-price': [
    auctionRule('2(1)(m)'),
    'The value of a mineral or grade is its estimated quantity multiplied by its average price per tonne, to the paisa.',
  ],
  'value-is-the-sum': [
    auctionRule('2(1)(m)'),
    'The value of estimated resources is the sum over all minerals and grades.',
  ],
  'party-is-another': [registerPolicy(5), 'A link leads to another party.'],
  'document-kind-is-allowed': [
    registerPolicy(6),
    'Documents are PDF, PNG, JPEG, spreadsheets without macros (xlsx) or plain text in UTF-8.',
  ],
  'document-is-what-it-says': [registerPolicy(7), 'The content of a document is of the kind under which it is sent.'],
  'document-is-own': [registerPolicy(9), 'Only a document that one’s own organisation has stored can be named.'],
  'document-has-content': [registerPolicy(8), 'A document has content.'],
  'document-arrived-whole': [registerPolicy(10), 'What arrives of a document has the hash that its sender declared.'],
  'document-is-clean': [
    registerPolicy(12),
    'A document is handed out once the scanner for malware, where there is one, has found it clean.',
  ],
  'paper-is-dated': [registerPolicy(11), 'A paper is issued before it is recorded and before its validity ends.'],
} as const satisfies Record<string, readonly [ProvisionRef, string]>;

export type RegisterRule = keyof typeof REGISTER_RULES;

export function describeRefusal(rule: RegisterRule, finding: Finding): Refusal {
  const [ref, text] = REGISTER_RULES[rule];
  return { rule, ref, text, ...finding };
}

/** 422 with every rule that failed: its provision, its sentence, what was found and the cure. */
export function refuseAll(refusals: readonly Refusal[]): Problem {
  return new Problem('rule-refused', { detail: refusals.map(({ text }) => text).join(' '), extensions: { refusals } });
}

export function refuse(rule: RegisterRule, finding: Finding): Problem {
  return refuseAll([describeRefusal(rule, finding)]);
}

/** Every rule of the registers, for the rule index. */
export function listRegisterRules(): readonly { rule: string; ref: ProvisionRef; text: string }[] {
  return Object.entries(REGISTER_RULES).map(([rule, [ref, text]]) => ({ rule, ref, text }));
}
