import { formatInstant } from '#case-kit';
import type { BidderEntry, Block, BlockValue, Overlap, Progress, StoredDocument } from '#registers';

const instantOf = (date: Date): string => formatInstant(date.getTime());

export const etagOf = ({ version }: { readonly version: number }): string => `"${version}"`;

/** A block as lists show it. Who recorded it is the record's business, not the public's. */
export function showBlockHead(block: Block): object {
  const { id, version, rehearsal, name, state, district, concession, minerals } = block;
  const { areaHa, geodesicAreaHa, explorationLevel, recordedAt } = block;
  return {
    id,
    href: `/v1/blocks/${id}`,
    version,
    rehearsal,
    name,
    state,
    district,
    concession,
    minerals,
    areaHa,
    geodesicAreaHa,
    explorationLevel,
    recordedAt: instantOf(recordedAt),
  };
}

export function showBlockVersion(block: Block): object {
  const { geometry, land, demarcated, resources, geologicalReportDocument, sources } = block;
  return { ...showBlockHead(block), geometry, land, demarcated, resources, geologicalReportDocument, sources };
}

export function showBlock(block: Block, overlaps: readonly Overlap[]): object {
  return { ...showBlockVersion(block), overlaps };
}

/** Blocks as RFC 7946 has them; one whose place is not known has the geometry null. */
export function showFeatures(blocks: readonly Block[]): object {
  return {
    type: 'FeatureCollection',
    features: blocks.map((block) => {
      const { id, name, version, rehearsal, state, concession, minerals, areaHa, geodesicAreaHa, geometry } = block;
      const properties = {
        name,
        version,
        rehearsal,
        state,
        concession,
        minerals: minerals.map(({ code }) => code),
        areaHa,
        geodesicAreaHa,
        href: `/v1/blocks/${id}`,
      };
      return { type: 'Feature', id, geometry, properties };
    }),
  };
}

export function showValue(value: BlockValue): object {
  const { blockId, version, blockVersion, amount, computedOn, worksheet, recordedAt } = value;
  return { blockId, version, blockVersion, amount, computedOn, worksheet, recordedAt: instantOf(recordedAt) };
}

export function showProfile({ bidder, declaredLinks }: BidderEntry): object {
  const { organisationId, version, legalName, kind, panMasked, incorporation, recordedAt } = bidder;
  const { netWorth, netWorthAsOn, netWorthDocument, holdingOrganisation } = bidder;
  return {
    organisationId,
    version,
    legalName,
    kind,
    panMasked,
    incorporation,
    netWorth,
    netWorthAsOn,
    netWorthDocument,
    holdingOrganisation,
    links: declaredLinks.map(({ relatedParty, relation, sharePercent, evidenceDocument }) => ({
      relatedParty,
      relation,
      sharePercent,
      evidenceDocument,
    })),
    recordedAt: instantOf(recordedAt),
  };
}

export function showDocument(document: StoredDocument): object {
  const { id, name, mediaType, bytes, caseId, storedAt, scan, scanSignature } = document;
  return { id, name, mediaType, bytes, caseId, storedAt: instantOf(storedAt), scan, scanSignature };
}

export function showUpload({ upload, offset, document }: Progress): object {
  const { id, name, mediaType, bytes, caseId, sha256, outcome } = upload;
  return {
    id,
    name,
    mediaType,
    caseId,
    bytes,
    sha256,
    offset,
    state: outcome ?? 'unfinished',
    beganAt: instantOf(upload.beganAt),
    expiresAt: instantOf(upload.expiresAt),
    document: document === undefined ? null : showDocument(document),
  };
}
