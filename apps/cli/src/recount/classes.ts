interface Entry {
  readonly type: string;
  readonly outcome?: string;
  readonly rules?: readonly string[];
  readonly late?: boolean;
  readonly repeated?: object | null;
}

/** Of a protocol, what tells which kinds of auctions it is one of. */
interface Told {
  readonly scheme: { readonly id: string };
  readonly attempt: { readonly kind: string };
  readonly firstRound: {
    readonly bids: readonly {
      readonly rank: number | null;
      readonly qualified: boolean;
      readonly rejection: string | null;
    }[];
  } | null;
  readonly roundTwo: {
    readonly announcedEnd: string | null;
    readonly pauses: readonly object[];
    readonly entries: readonly (Entry & { readonly closesAt: string | null })[];
  } | null;
  readonly lateOffers: readonly object[];
  readonly result: {
    readonly outcome: string;
    readonly annulment: { readonly reason: string } | null;
    readonly technicallyQualified: number | null;
    readonly qualified: number | null;
  };
}

/** Several offers are equal at the last rank that goes on, and there are bidders below it. */
function isTiedAtTheCut({ firstRound, result }: Told): boolean {
  if (firstRound === null || (result.qualified ?? 0) >= (result.technicallyQualified ?? 0)) return false;
  const ranks = firstRound.bids.flatMap(({ rank, qualified }) => (qualified && rank !== null ? [rank] : []));
  const last = Math.max(...ranks);
  return ranks.filter((rank) => rank === last).length > 1;
}

/** The kinds of auctions that a run has to have among its auctions, each with how it is told. */
const CLASSES: Readonly<Record<string, (told: Told, offers: readonly Entry[]) => boolean>> = {
  'mining lease': ({ scheme }) => scheme.id === 'mining-lease',
  'composite licence': ({ scheme }) => scheme.id === 'composite-licence',
  'exploration licence, descending': ({ scheme }) => scheme.id === 'exploration-licence',
  'annulled without bids': ({ result }) => result.annulment?.reason === 'NIL_BIDS',
  'annulled without a technically qualified bidder': ({ result }) => result.annulment?.reason === 'NO_TQB',
  'annulled for want of bidders': ({ result }) => result.annulment?.reason === 'LT3_TQB',
  'annulled without a final offer': ({ result }) => result.annulment?.reason === 'NO_FINAL_OFFER',
  'annulled by the authority': ({ result }) => result.annulment?.reason === 'IRREGULARITY',
  'annulled after a declaration': ({ result }) => result.annulment?.reason === 'PREFERRED_BIDDER_DEFAULT',
  'gone on with fewer in a second attempt': ({ roundTwo }) => has(roundTwo?.entries, 'PROCEEDED'),
  'exactly three technically qualified': ({ result }) => result.technicallyQualified === 3,
  'more than five technically qualified': ({ result }) => (result.technicallyQualified ?? 0) > 5,
  'tied at the cut': isTiedAtTheCut,
  'affiliates rejected': ({ firstRound }) =>
    firstRound?.bids.some(({ rejection }) => rejection === 'AFFILIATE') ?? false,
  'a bid beyond the bound': ({ firstRound }) =>
    firstRound?.bids.some(({ rejection }) => rejection === 'BEYOND_BOUND') ?? false,
  'preferred bidder declared': ({ result }) => result.outcome === 'PREFERRED_BIDDER_DECLARED',
  extended: ({ roundTwo }) =>
    roundTwo?.entries.some(
      ({ type, closesAt }) => type === 'OFFER' && closesAt !== null && closesAt > (roundTwo.announcedEnd ?? closesAt),
    ) ?? false,
  paused: ({ roundTwo }) => (roundTwo?.pauses.length ?? 0) > 0,
  stayed: ({ roundTwo }) => has(roundTwo?.entries, 'HOLD_PLACED'),
  'led on by an order': ({ roundTwo }) => has(roundTwo?.entries, 'ORDER'),
  throttled: ({ roundTwo }) => has(roundTwo?.entries, 'THROTTLED'),
  'an offer to be confirmed': (_told, offers) => offers.some(({ outcome }) => outcome === 'UNCONFIRMED'),
  'an offer confirmed': (_told, offers) => offers.some(({ outcome, repeated }) => outcome === 'ACCEPTED' && repeated),
  'an offer off the steps': (_told, offers) => isRefusedBy(offers, 'offer-is-on-a-step'),
  'an offer equal to the best': (_told, offers) => isRefusedBy(offers, 'offer-beats-the-best'),
  'an offer not above the floor': (_told, offers) => isRefusedBy(offers, 'offer-beats-the-bound'),
  'an offer of somebody else': (_told, offers) => isRefusedBy(offers, 'offerer-is-qualified'),
  'an offer under another alias': (_told, offers) => isRefusedBy(offers, 'offer-is-under-own-alias'),
  'an offer during a stay': (_told, offers) => isRefusedBy(offers, 'no-hold-stands'),
  'an offer while it was not open': (_told, offers) => isRefusedBy(offers, 'state-allows'),
  'an offer that the platform made late': (_told, offers) => offers.some(({ late }) => late === true),
  'an offer after the end': ({ lateOffers }) => lateOffers.length > 0,
};

const has = (entries: readonly Entry[] | undefined, type: string): boolean =>
  entries?.some((entry) => entry.type === type) ?? false;

const isRefusedBy = (offers: readonly Entry[], rule: string): boolean =>
  offers.some(({ rules }) => rules?.includes(rule));

/** How many auctions there were of each class; an empty class means that a run has shown nothing about it. */
export class ClassCount {
  readonly counts = new Map(Object.keys(CLASSES).map((name) => [name, 0]));

  add(protocol: unknown): void {
    const told = protocol as Told;
    const offers = told.roundTwo?.entries.filter(({ type }) => type === 'OFFER') ?? [];
    for (const [name, isOne] of Object.entries(CLASSES)) {
      if (isOne(told, offers)) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    }
  }

  get empty(): readonly string[] {
    return [...this.counts].filter(([, count]) => count === 0).map(([name]) => name);
  }
}
