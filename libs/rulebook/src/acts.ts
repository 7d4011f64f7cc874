/** The acts and rules that the rule book cites, each under the one title that answers show. */
export const ACTS = {
  mmdr: 'Mines and Minerals (Development and Regulation) Act, 1957',
  auctionRules: 'Mineral (Auction) Rules, 2015',
  generalClauses: 'General Clauses Act, 1897',
  /** Where the law is silent or unclear: a named default, to be confirmed by the rule book's owner. */
  policy: 'Policy of Adit',
} as const;
