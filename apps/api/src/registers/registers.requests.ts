import type { PipeTransform } from '@nestjs/common';
import { Problem, refuseFields, type ProblemSlug } from '#platform';
import {
  BLOCK_ID,
  maskPan,
  readGeometry,
  type BidderDeclaration,
  type BlockContent,
  type BlockGeometry,
  type ValueRecording,
} from '#registers';
import type { ApiRequest } from '../http/request.js';
import type { SealedText } from '../reads/cursor.js';
import type { BidderProfileForm } from './bidder.forms.js';
import type { BlockValueForm, BlockVersionForm } from './block.forms.js';

export const BODY_PROBLEMS = [
  'malformed-json',
  'body-too-large',
  'unsupported-media-type',
  'slow-body',
  'rule-refused',
] as const satisfies readonly ProblemSlug[];

const VERSION = /^"([1-9]\d{0,8})"$/;

/** What does not look like the id of a block names none. */
export const blockIdPipe: PipeTransform<string, string> = {
  transform: (id) => {
    if (!BLOCK_ID.test(id)) throw new Problem('not-found', { detail: 'There is no such block' });
    return id;
  },
};

/** As they are drawn: what does not look like one names no upload. */
export const uploadIdPipe: PipeTransform<string, string> = {
  transform: (id) => {
    if (!/^[0-9a-f]{32}$/.test(id)) throw new Problem('not-found', { detail: 'You began no such upload' });
    return id;
  },
};

/** The version that the caller has read, out of If-Match; null when the header is missing. */
export function findReadVersion(request: ApiRequest): number | null {
  const header = request.headers['if-match'];
  if (header === undefined) return null;
  const version = VERSION.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  throw new Problem('precondition-failed', { detail: 'If-Match holds no version as this interface gives it' });
}

/** @throws Problem precondition-required without the header. */
export function getReadVersion(request: ApiRequest): number {
  const version = findReadVersion(request);
  if (version !== null) return version;
  throw new Problem('precondition-required', { detail: 'Send the ETag of the entry as you have read it in If-Match' });
}

/** The place after which a page begins. Only what was sealed here for this query opens. */
export function openPlace(cursors: SealedText, cursor: string | undefined, binding: object): string | undefined {
  if (cursor === undefined) return undefined;
  const place = cursors.open(cursor, binding);
  if (typeof place === 'string') return place;
  throw refuseFields([{ field: 'cursor', message: 'is not a cursor for this query; begin without it' }]);
}

/** @throws Problem validation naming every position or ring that is wrong. */
export function readBlockContent(form: BlockVersionForm): BlockContent {
  return {
    name: form.name,
    state: form.state,
    district: form.district ?? null,
    concession: form.concession,
    minerals: form.minerals.map(({ code, occurrence = 'OTHER', asPublished = code }) => ({
      code,
      occurrence,
      asPublished,
    })),
    areaHa: form.areaHa,
    geometry: form.geometry === undefined ? null : getGeometry(form.geometry),
    land: form.land === undefined ? null : readLand(form.land),
    demarcated: form.demarcated ?? null,
    explorationLevel: form.explorationLevel ?? null,
    resources:
      form.resources?.map(({ mineral, category = null, tonnes = null, grade = null }) => ({
        mineral,
        category,
        tonnes,
        grade,
        asPublished: null,
      })) ?? null,
    geologicalReportDocument: form.geologicalReportDocument ?? null,
    sources: (form.sources ?? []).map(({ url, field, note }) => ({
      url,
      ...(field !== undefined && { field }),
      ...(note !== undefined && { note }),
    })),
  };
}

function readLand({ forestHa, governmentHa, otherHa }: NonNullable<BlockVersionForm['land']>) {
  return { forestHa, governmentHa, otherHa };
}

function getGeometry(value: unknown): BlockGeometry {
  const read = readGeometry(value);
  if ('geometry' in read) return read.geometry;
  throw refuseFields(
    read.faults.map(({ path, message }) => ({ field: path === '' ? 'geometry' : `geometry.${path}`, message })),
  );
}

export function readValue({ amount, computedOn, worksheet }: BlockValueForm): ValueRecording {
  return {
    amount,
    computedOn,
    worksheet: worksheet.map(({ mineral, grade = null, tonnes, averageSalePrice, month, value }) => ({
      mineral,
      grade,
      tonnes,
      averageSalePrice,
      month,
      value,
    })),
  };
}

/** @throws Problem validation naming a link that is stated twice. */
export function readDeclaration(form: BidderProfileForm): BidderDeclaration {
  const stated = new Set<string>();
  const repeated = (form.links ?? []).flatMap(({ relatedParty, relation }, index) => {
    const name = `${relation} ${relatedParty}`;
    const field = `links[${index}]`;
    return stated.size === stated.add(name).size ? [{ field, message: 'states the same link a second time' }] : [];
  });
  if (repeated.length > 0) throw refuseFields(repeated);
  return {
    content: {
      legalName: form.legalName,
      kind: form.kind,
      panMasked: form.pan === undefined ? null : maskPan(form.pan),
      incorporation: form.incorporation ?? null,
      netWorth: form.netWorth ?? null,
      netWorthAsOn: form.netWorthAsOn ?? null,
      netWorthDocument: form.netWorthDocument ?? null,
      holdingOrganisation: form.holdingOrganisation ?? null,
    },
    links: (form.links ?? []).map(({ relatedParty, relation, sharePercent = null, evidenceDocument = null }) => ({
      relatedParty,
      relation,
      sharePercent,
      evidenceDocument,
    })),
  };
}
