import { Readable } from 'node:stream';
import { sha256Hex, SYSTEM_ACTOR, type Actor } from '#case-kit';
import type { BlockContent } from '../block.model.js';
import { Documents, type DocumentSettings } from '../documents/documents.js';
import { SEED } from './append-changed.js';

/** In whose name the seed stores documents. */
const SEEDER: Actor = { ...SYSTEM_ACTOR, personId: SEED, organisationId: SEED };

/** What stands in for the geological report of an invented block, so that its auction can be practised whole. */
export function writePracticeReport(id: string, content: Omit<BlockContent, 'geologicalReportDocument'>): string {
  const resources = (content.resources ?? []).map(
    ({ mineral, category, tonnes, grade }) =>
      `  ${mineral ?? ''}, ${category ?? ''}: ${tonnes ?? ''} t, ${grade ?? ''}`,
  );
  return [
    'GEOLOGICAL REPORT, INVENTED FOR PRACTICE',
    '',
    'There is no such block. Every figure below is made up for rehearsals.',
    '',
    `Block:       ${id}`,
    `Name:        ${content.name}`,
    `Area:        ${content.areaHa ?? ''} ha`,
    `Level:       ${content.explorationLevel ?? ''}`,
    `Minerals:    ${content.minerals.map(({ asPublished }) => asPublished).join(', ')}`,
    `Resources:   ${resources.length === 0 ? 'none estimated' : ''}`,
    ...resources,
    '',
  ].join('\n');
}

/** The id under which such a report is stored. */
export function nameReport(report: string): string {
  return sha256Hex(report);
}

/** Stores the reports where they are not stored yet. */
export async function storeReports(settings: DocumentSettings, reports: ReadonlyMap<string, string>): Promise<void> {
  const documents = new Documents(settings);
  for (const [blockId, report] of reports) {
    const known = await documents.findDocument(nameReport(report), SEED, null);
    if (known !== undefined && (await documents.hasContent(known))) continue;
    const name = `${blockId.toLowerCase()}-report.txt`;
    await documents.receive(
      SEEDER,
      { name, mediaType: 'text/plain', caseId: null },
      Readable.from([Buffer.from(report)]),
    );
  }
}
