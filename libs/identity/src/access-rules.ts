import type { Finding, Refusal } from '#case-kit';
import { Problem } from '#platform';

/** The access policy of this product: who may be given what. Names and numbers are part of the contract. */
const ACCESS_RULES = {
  'nobody-appoints-himself': ['1', 'Nobody gives a role to himself.'],
  'role-stands-alone': [
    '2',
    'Whoever is administrator, bidder or auditor holds no role of another kind at the same time: none of them may ' +
      'decide what he administers, bids for or audits.',
  ],
  'organisation-gives-role': ['3', 'An organisation gives only the roles of its kind.'],
  'territory-within-organisation': ['4', 'A territory is no wider than that of the organisation that gives it.'],
  'appointment-is-new': ['5', 'A person holds the same role of the same organisation once at a time.'],
  'delegation-within-source': ['6', 'A delegation is no wider in territory and no longer in time than its source.'],
  'delegation-is-not-delegated': ['7', 'What was delegated is not delegated again.'],
  'source-stands': ['8', 'Only an appointment that stands can be delegated.'],
  'administrator-remains': ['9', 'At least one administrator who can log in remains.'],
  'password-is-strong': ['10', 'A password is long and not to be guessed from its owner.'],
  'email-is-unique': ['11', 'An e-mail address belongs to one person.'],
  'organisation-is-unique': ['12', 'Two organisations of one kind have different names.'],
  'organisation-has-territory': ['13', 'An organisation has the territory that its kind calls for.'],
  'person-is-enabled': ['14', 'A disabled person is given no role.'],
  'one-bidder-each': ['15', 'A person acts for one bidder at a time, so that no offer is made by its own rival.'],
  'email-is-verified': ['16', 'An identity provider vouches for the e-mail address by which a person is first known.'],
  'person-was-entered': ['17', 'Who logs in through an identity provider was entered by an administrator before.'],
  'person-may-log-in': ['18', 'A disabled person does not log in.'],
  'one-account-each': ['19', 'A person logs in by one account of an identity provider.'],
} as const satisfies Record<string, readonly [provision: string, text: string]>;

export type AccessRule = keyof typeof ACCESS_RULES;

export function describeRefusal(rule: AccessRule, finding: Finding): Refusal {
  const [provision, text] = ACCESS_RULES[rule];
  return { rule, ref: { act: 'ADIT-ACCESS', provision }, text, ...finding };
}

/** 422 with every rule that failed: its sentence, what was found and the cure. */
export function refuseAll(refusals: readonly Refusal[]): Problem {
  return new Problem('rule-refused', { detail: refusals.map(({ text }) => text).join(' '), extensions: { refusals } });
}

export function refuse(rule: AccessRule, finding: Finding): Problem {
  return refuseAll([describeRefusal(rule, finding)]);
}

/** Every rule of the access policy, for the rule index. */
export function listAccessRules(): readonly { rule: string; provision: string; text: string }[] {
  return Object.entries(ACCESS_RULES).map(([rule, [provision, text]]) => ({ rule, provision, text }));
}
