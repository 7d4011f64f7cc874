import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { BIDDER_KINDS, CONCESSIONS, EXPLORATION_LEVELS, MEDIA_TYPES, PAPER_KINDS, RELATIONS } from '#registers';
import { exactly, type Schema } from '../openapi/schemas.js';
import {
  text,
  textOrNull,
  listOf,
  oneOf,
  oneOfOrNull,
  integer,
  flag,
  flagOrNull,
  date,
  dateOrNull,
  instant,
  percentOrNull,
  next,
  orNull,
  source,
} from './schema-words.js';

const hectares = (description: string): Schema => textOrNull(`${description} Hectares, decimal text.`);
const geometry: Schema = { type: ['object', 'null'], additionalProperties: true };

const OCCURRENCES = ['OTHER', 'BEACH_SAND'];

export const MINERALS = exactly({
  on: { ...dateOrNull, description: 'The day that was asked for; null: every period is listed.' },
  items: listOf(
    exactly({
      code: text(),
      occurrence: oneOf(OCCURRENCES),
      part: { enum: ['A', 'B', 'C', 'D', null], description: 'Part of the First Schedule; null: in none.' },
      seventhSchedule: flag,
      inForceFrom: { ...dateOrNull, description: 'First day; null: since ever.' },
      inForceUntil: { ...dateOrNull, description: 'First day no longer in it; null: until further notice.' },
      name: text(),
      provision: text(),
      source: text(),
    }),
  ),
});

const blockFields = {
  id: text(),
  href: text(),
  version: integer,
  rehearsal: { ...flag, description: 'Invented for practice: for rehearsals only.' },
  name: text(),
  state: textOrNull('ISO 3166-2:IN without its country part.'),
  district: textOrNull(),
  concession: oneOfOrNull(CONCESSIONS),
  minerals: listOf(
    exactly({
      code: textOrNull('As in the list of minerals; null where the source names no single one.'),
      occurrence: oneOf(OCCURRENCES),
      asPublished: text(),
    }),
  ),
  areaHa: hectares('As stated.'),
  geodesicAreaHa: hectares('Enclosed by the boundary on the WGS 84 ellipsoid.'),
  explorationLevel: oneOfOrNull(EXPLORATION_LEVELS),
  recordedAt: instant,
} satisfies Record<string, Schema>;

const overlaps = listOf(
  exactly({ blockId: text(), version: integer, areaHa: text('Hectares, geodesic.') }),
  'Other current blocks with which it has ground in common.',
);

const blockDetails = {
  ...blockFields,
  geometry: { ...geometry, description: 'GeoJSON, WGS 84.' },
  land: orNull(
    exactly({ forestHa: textOrNull(), governmentHa: textOrNull(), otherHa: textOrNull('Hectares, decimal text.') }),
  ),
  demarcated: { ...flagOrNull, description: 'Surveyed on the ground.' },
  resources: orNull(
    listOf(
      exactly({
        mineral: textOrNull(),
        category: textOrNull(),
        tonnes: textOrNull(),
        grade: textOrNull(),
        asPublished: textOrNull('In the words of the source, where it is not taken apart.'),
      }),
    ),
  ),
  geologicalReportDocument: textOrNull('SHA-256 of the document.'),
  sources: listOf(source),
} satisfies Record<string, Schema>;

export const BLOCKS = exactly({ items: listOf(exactly(blockFields)), next });
export const BLOCK = exactly({ ...blockDetails, overlaps });
export const BLOCK_VERSIONS = exactly({ items: listOf(exactly(blockDetails), 'Newest first.') });

/** RFC 7946: a feature without a place has the geometry null. */
export const BLOCK_FEATURES = exactly({
  type: { const: 'FeatureCollection' },
  features: listOf(
    exactly({
      type: { const: 'Feature' },
      id: text(),
      geometry,
      properties: exactly({
        name: text(),
        version: integer,
        rehearsal: flag,
        state: textOrNull(),
        concession: oneOfOrNull(CONCESSIONS),
        minerals: listOf(textOrNull('Code.')),
        areaHa: textOrNull(),
        geodesicAreaHa: textOrNull(),
        href: text(),
      }),
    }),
  ),
});

const line = exactly({
  mineral: text(),
  grade: textOrNull(),
  tonnes: text(),
  averageSalePrice: text('Rupees per tonne.'),
  month: text('Month (YYYY-MM) for which the price was published.'),
  value: text('Rupees.'),
});

export const BLOCK_VALUE = exactly({
  blockId: text(),
  version: integer,
  blockVersion: { ...integer, description: 'Version of the block that was current when it was computed.' },
  amount: text('Rupees: the sum of the lines.'),
  computedOn: date,
  worksheet: listOf(line),
  recordedAt: instant,
});
export const BLOCK_VALUES = exactly({ items: listOf(BLOCK_VALUE, 'Newest first.') });

export const BIDDER_PROFILE = exactly({
  organisationId: text(),
  version: integer,
  legalName: text(),
  kind: oneOf(BIDDER_KINDS),
  panMasked: textOrNull('Its digits struck out; the number itself is not kept.'),
  incorporation: textOrNull(),
  netWorth: textOrNull('Rupees; may be negative.'),
  netWorthAsOn: dateOrNull,
  netWorthDocument: textOrNull(),
  holdingOrganisation: textOrNull(),
  links: listOf(
    exactly({
      relatedParty: text(),
      relation: oneOf(RELATIONS),
      sharePercent: percentOrNull,
      evidenceDocument: textOrNull(),
    }),
    'Links that the organisation declares.',
  ),
  recordedAt: instant,
});

const SCAN_STATES = ['pending', 'clean', 'infected', 'not-scanned'];

export const DOCUMENT = exactly({
  id: text('SHA-256 of the content: name it in forms.'),
  name: text(),
  mediaType: oneOf(Object.keys(MEDIA_TYPES)),
  bytes: integer,
  caseId: textOrNull(),
  storedAt: instant,
  scan: {
    ...oneOf(SCAN_STATES),
    description:
      'What the scanner for malware says. `pending`: it has not answered yet. `not-scanned`: none is configured. ' +
      'Only what is clean or not scanned can be used.',
  },
  scanSignature: textOrNull('What was found, in the words of the scanner.'),
});
export const PAPER = exactly({
  kind: oneOf([...PAPER_KINDS]),
  version: integer,
  documentId: text('Name it in bids.'),
  reference: textOrNull(),
  issuedOn: text('YYYY-MM-DD'),
  validUntil: textOrNull('Last day, YYYY-MM-DD; null: without end.'),
  state: oneOf(['valid', 'expiring', 'expired']),
  daysLeft: { type: ['integer', 'null'], description: 'Until its last day; negative once that is past.' },
  remindedDays: listOf(integer, 'Days before its last day of which reminders have gone out.'),
  recordedAt: instant,
});
export const PAPERS = exactly({ items: listOf(PAPER) });
export const UPLOAD = exactly({
  id: text('Its address is /v1/uploads/ and this.'),
  name: text(),
  mediaType: oneOf(Object.keys(MEDIA_TYPES)),
  caseId: textOrNull(),
  bytes: integer,
  sha256: textOrNull('As declared.'),
  offset: { ...integer, description: 'Bytes that have arrived; send from there on.' },
  state: oneOf(['unfinished', 'stored', 'refused', 'cancelled', 'expired']),
  beganAt: instant,
  expiresAt: instant,
  document: { anyOf: [DOCUMENT, { type: 'null' }], description: 'Once all has arrived.' },
});
export const UPLOADS = exactly({ items: listOf(UPLOAD, 'Oldest first.') });
export const DOCUMENTS = exactly({ items: listOf(DOCUMENT, 'Newest first.') });

const HEADERS = {
  ETag: 'Version of the entry; send it back in If-Match.',
  Location: 'Address of the entry.',
} as const;

/** A JSON answer with a schema of its own. */
export function AnswersWith(
  status: number,
  schema: Schema,
  description: string,
  headers: readonly (keyof typeof HEADERS)[] = [],
  mediaType = 'application/json',
): MethodDecorator {
  return ApiResponse({
    status,
    description,
    headers: Object.fromEntries(
      headers.map((name) => [name, { description: HEADERS[name], schema: { type: 'string' } }]),
    ),
    content: { [mediaType]: { schema } },
  });
}

export const NeedsVersion = (required = true): MethodDecorator =>
  ApiHeader({ name: 'If-Match', required, description: 'ETag of the entry as the caller has read it.' });
