import type { Pool } from 'pg';
import { canonicalJson, type Actor, type Sql } from '#case-kit';
import { Problem, inTransaction, sqlOf } from '#platform';
import { groupParties, type Tie } from './affiliates.js';
import {
  DECLARED,
  type AffiliateGroup,
  type Bidder,
  type BidderContent,
  type BidderLink,
  type LinkContent,
  type LinkEvidence,
} from './bidder.model.js';
import * as store from './bidder.store.js';
import type { Recorded } from './blocks.js';
import { requireOwnDocuments, type NamedDocument } from './documents/own-documents.js';
import { refuse } from './register-rules.js';
import { lockEntry, requireStanding, type StandingCheck } from './sql.js';

/** What an organisation declares of itself, all at once. */
export interface BidderDeclaration {
  readonly content: BidderContent;
  /** All links that it has; those that it declared earlier and are missing here end. */
  readonly links: readonly Omit<LinkContent, 'source'>[];
}

export interface BidderEntry {
  readonly bidder: Bidder;
  /** Standing links that the organisation declared itself. */
  readonly declaredLinks: readonly BidderLink[];
}

/** The register of bidders and of the links between parties. */
export class Bidders {
  constructor(
    private readonly pool: Pool,
    private readonly authority?: StandingCheck,
  ) {}

  /** A version of a bidder; the current one when none is named. */
  async findBidder(organisationId: string, version?: number): Promise<Bidder | undefined> {
    return await store.findBidder(sqlOf(this.pool), organisationId, version);
  }

  /** What an organisation said of itself, its own links included; what others found of it is not among them. */
  async findEntry(organisationId: string): Promise<BidderEntry | undefined> {
    const sql = sqlOf(this.pool);
    const bidder = await store.findBidder(sql, organisationId);
    if (bidder === undefined) return undefined;
    return { bidder, declaredLinks: await listDeclared(sql, organisationId) };
  }

  /**
   * Records what the actor's own organisation says of itself.
   *
   * @throws Problem precondition-failed when `basedOn` (null for the first time) is not the current version any more,
   * rule-refused for a link to itself and for a document of somebody else.
   */
  async recordBidder(
    actor: Actor,
    { content, links }: BidderDeclaration,
    basedOn: number | null,
  ): Promise<Recorded<BidderEntry>> {
    const { organisationId, personId } = actor;
    return await inTransaction(this.pool, async (sql) => {
      await requireStanding(sql, this.authority, actor);
      await lockEntry(sql, 'bidder', organisationId);
      const current = await store.findBidder(sql, organisationId);
      await requireOwnDocuments(sql, organisationId, [
        ['netWorthDocument', content.netWorthDocument],
        ...links.map(({ evidenceDocument }, i): NamedDocument => [`links[${i}].evidenceDocument`, evidenceDocument]),
      ]);
      const declared = await listDeclared(sql, organisationId);
      await requireOthers(sql, organisationId, content.legalName, [
        ...links.map(({ relatedParty }) => relatedParty),
        ...(content.holdingOrganisation === null ? [] : [content.holdingOrganisation]),
      ]);
      const changes = compareLinks(declared, links);
      const isSame = current !== undefined && canonicalJson(contentOf(current)) === canonicalJson(content);
      if (isSame && changes.length === 0) {
        return { entry: { bidder: current, declaredLinks: declared }, unchanged: true };
      }
      if ((current?.version ?? null) !== basedOn) {
        const detail = current === undefined ? 'There is no entry yet' : `Version ${current.version} is current by now`;
        throw new Problem('precondition-failed', { detail });
      }
      // A change of links alone moves the version too: the entry is what a later one is based on.
      const bidder = await store.insertBidder(sql, {
        organisationId,
        version: (current?.version ?? 0) + 1,
        content,
        recordedBy: personId,
      });
      for (const { link, ended } of changes)
        await store.insertLink(sql, { organisationId, link, declared: true, ended, recordedBy: personId });
      return { entry: { bidder, declaredLinks: await listDeclared(sql, organisationId) }, unchanged: false };
    });
  }

  /**
   * Records a link of an organisation that somebody found, or that one has ended.
   *
   * @throws Problem rule-refused for a link to itself and for a document that is not of the actor's organisation.
   */
  async recordLink(actor: Actor, organisationId: string, link: LinkContent, ended = false): Promise<BidderLink> {
    return await inTransaction(this.pool, async (sql) => {
      await requireStanding(sql, this.authority, actor);
      await lockEntry(sql, 'bidder', organisationId);
      await requireOthers(sql, organisationId, null, [link.relatedParty]);
      await requireOwnDocuments(sql, actor.organisationId, [['evidenceDocument', link.evidenceDocument]]);
      return await store.insertLink(sql, { organisationId, link, declared: false, ended, recordedBy: actor.personId });
    });
  }

  /** Links that stand, declared and found ones. */
  async listLinks(organisationId: string): Promise<readonly BidderLink[]> {
    return await store.listStandingLinks(sqlOf(this.pool), organisationId);
  }

  /**
   * Which of these organisations belong together: links are symmetric, are followed through any named party, and a
   * party is the same under every spelling of its name and every name that it had. A director of two companies makes
   * them no affiliates; every other relation does. For each member there is the way to the first one, so that an
   * officer can judge every step.
   */
  async affiliateGroups(organisationIds: readonly string[]): Promise<readonly AffiliateGroup[]> {
    const sql = sqlOf(this.pool);
    const keys = await store.listPartyKeys(sql, organisationIds);
    const idOf = new Map(keys.map(({ id, key }) => [key, id]));
    const ties = (await store.listTies(sql)).map(({ a, b, ...evidence }): Tie<LinkEvidence> => ({ a, b, evidence }));
    return groupParties([...idOf.keys()], ties).map(({ members, paths }) => ({
      members: members.map((key) => idOf.get(key) ?? key),
      paths: paths.map(({ to, steps }) => ({ to: idOf.get(to) ?? to, steps: steps.map(({ evidence }) => evidence) })),
    }));
  }
}

function contentOf(bidder: BidderContent): BidderContent {
  const { legalName, kind, panMasked, incorporation } = bidder;
  const { netWorth, netWorthAsOn, netWorthDocument, holdingOrganisation } = bidder;
  return {
    legalName,
    kind,
    panMasked,
    incorporation,
    netWorth,
    netWorthAsOn,
    netWorthDocument,
    holdingOrganisation,
  };
}

async function listDeclared(sql: Sql, organisationId: string): Promise<readonly BidderLink[]> {
  const links = await store.listStandingLinks(sql, organisationId);
  return links.filter(({ declared }) => declared);
}

/** Which rows have to be added so that exactly the wanted links are declared. */
function compareLinks(declared: readonly BidderLink[], wanted: BidderDeclaration['links']) {
  const text = ({ relatedParty, relation, sharePercent, evidenceDocument }: Omit<LinkContent, 'source'>) =>
    canonicalJson({ relatedParty, relation, sharePercent, evidenceDocument });
  const name = ({ relatedParty, relation }: Omit<LinkContent, 'source'>) => canonicalJson([relatedParty, relation]);
  const standing = new Set(declared.map(text));
  const kept = new Set(wanted.map(name));
  return [
    ...declared.filter((link) => !kept.has(name(link))).map((link) => ({ link, ended: true })),
    ...wanted
      .filter((link) => !standing.has(text(link)))
      .map((link) => ({ link: { ...link, source: DECLARED }, ended: false })),
  ];
}

async function requireOthers(
  sql: Sql,
  organisationId: string,
  legalName: string | null,
  parties: readonly string[],
): Promise<void> {
  const own = await store.findOwnAmong(sql, organisationId, legalName, parties);
  if (own === undefined) return;
  throw refuse('party-is-another', {
    datum: 'relatedParty',
    found: own,
    required: 'the name or id of another party',
    cure: { who: 'whoever states the link', how: 'name the other party, or leave the link out' },
  });
}
