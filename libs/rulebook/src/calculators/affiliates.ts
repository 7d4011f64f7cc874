interface Linked {
  readonly bidder: string;
  readonly affiliates?: readonly string[] | undefined;
}

/**
 * Bidders that are linked with another bidder. Links are symmetric and lead through any named party, bidding or not:
 * two subsidiaries that name the same parent are one group.
 */
export function findLinkedBidders(bids: readonly Linked[]): ReadonlySet<string> {
  const parents = new Map<string, string>();
  const findRoot = (name: string): string => {
    let root = name;
    for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root))
      root = parent;
    // Shortening the way keeps long chains of holdings cheap.
    for (let at = name; at !== root;) {
      const next = parents.get(at) ?? root;
      parents.set(at, root);
      at = next;
    }
    return root;
  };
  for (const { bidder, affiliates = [] } of bids) {
    for (const affiliate of affiliates) parents.set(findRoot(bidder), findRoot(affiliate));
  }
  const sizes = new Map<string, number>();
  for (const { bidder } of bids) sizes.set(findRoot(bidder), (sizes.get(findRoot(bidder)) ?? 0) + 1);
  return new Set(bids.map(({ bidder }) => bidder).filter((bidder) => (sizes.get(findRoot(bidder)) ?? 0) > 1));
}
