import { Rupees } from '#case-kit';
import type { BlockContent, BlockMineral } from '../block.model.js';
import type { Position } from '../geometry/geojson.js';
import { normaliseValue, valueOf, type ValueRecording, type WorksheetLine } from '../worksheet.js';
import { nameReport, writePracticeReport } from './practice-reports.js';

/** A block for rehearsals, and the value on which its auction is practised. */
export interface PracticeBlock {
  readonly id: string;
  readonly content: BlockContent;
  /** Text of its invented geological report. */
  readonly report: string;
  readonly value: ValueRecording | null;
}

const INVENTED = [
  { url: null, note: 'Invented for practice. There is no such block; the boundary lies in the open sea.' },
];
const COMPUTED_ON = '2026-10-12';
const PRICE_MONTH = '2026-08';

/**
 * Invented blocks, one for each kind of auction. Their boundaries lie in the open sea, so that nobody takes them for a
 * place where anybody lives; names, figures and the mark of rehearsals say the same.
 */
export const PRACTICE_BLOCKS: readonly PracticeBlock[] = withReports([
  {
    id: 'PRACTICE-ML-STATE',
    content: makeContent({
      name: 'Practice Iron Ore and Manganese Block (invented)',
      state: 'OD',
      concession: 'ML',
      minerals: [mineral('IRON_ORE', 'Iron ore'), mineral('MANGANESE', 'Manganese')],
      areaHa: '549.18',
      outline: [
        [87.5012, 18.8005],
        [87.5226, 18.8021],
        [87.5301, 18.8154],
        [87.5178, 18.8233],
        [87.5039, 18.8197],
      ],
      land: { forestHa: '112.40', governmentHa: '286.78', otherHa: '150.00' },
      explorationLevel: 'G2',
      resources: [
        resource('IRON_ORE', 'measured (331)', '27650000', '60 to 65 % Fe'),
        resource('MANGANESE', 'indicated (332)', '1150000', '35 to 46 % Mn'),
      ],
    }),
    value: makeValue([
      line('IRON_ORE', '62 to 65 % Fe', '18400000', '3412.00'),
      line('IRON_ORE', '60 to 62 % Fe', '9250000', '2765.00'),
      line('MANGANESE', '35 to 46 % Mn', '1150000', '8420.50'),
    ]),
  },
  {
    id: 'PRACTICE-ML-CENTRE',
    content: makeContent({
      name: 'Practice Potash Block (invented)',
      state: 'RJ',
      concession: 'ML',
      minerals: [mineral('POTASH', 'Potash')],
      areaHa: '447.62',
      outline: [
        [68.9004, 20.1503],
        [68.9181, 20.1489],
        [68.9243, 20.1602],
        [68.9117, 20.1711],
        [68.8991, 20.1638],
      ],
      land: { forestHa: '0.00', governmentHa: '297.62', otherHa: '150.00' },
      explorationLevel: 'G2',
      resources: [resource('POTASH', 'indicated (332)', '42000000', '5.2 % K')],
    }),
    value: makeValue([line('POTASH', '5.2 % K', '42000000', '1905.00')]),
  },
  {
    id: 'PRACTICE-CL',
    content: makeContent({
      name: 'Practice Graphite and Vanadium Block (invented)',
      state: 'RJ',
      concession: 'CL',
      minerals: [mineral('GRAPHITE', 'Graphite'), mineral('VANADIUM', 'Vanadium')],
      areaHa: '2027.05',
      outline: [
        [69.1006, 20.4012],
        [69.1351, 20.3987],
        [69.1502, 20.4203],
        [69.1398, 20.4409],
        [69.1071, 20.4377],
        [69.0948, 20.4198],
      ],
      land: { forestHa: '310.25', governmentHa: '1216.80', otherHa: '500.00' },
      explorationLevel: 'G4',
      resources: [
        resource('GRAPHITE', 'reconnaissance (334)', '5600000', '6.4 % fixed carbon'),
        resource('VANADIUM', 'reconnaissance (334)', '210000', '0.31 % V2O5'),
      ],
    }),
    value: makeValue([
      line('GRAPHITE', '6.4 % fixed carbon', '5600000', '1380.00'),
      line('VANADIUM', '0.31 % V2O5', '210000', '9150.00'),
    ]),
  },
  {
    id: 'PRACTICE-EL',
    content: makeContent({
      name: 'Practice Rare Earth and Gold Exploration Block (invented)',
      state: 'OD',
      concession: 'EL',
      minerals: [mineral('REE', 'Rare earth elements'), mineral('GOLD', 'Gold')],
      areaHa: '19819.92',
      outline: [
        [88.0003, 18.5007],
        [88.1251, 18.4962],
        [88.1498, 18.5713],
        [88.1202, 18.6309],
        [88.0107, 18.6241],
      ],
      land: { forestHa: '4200.00', governmentHa: '10619.92', otherHa: '5000.00' },
      explorationLevel: 'G4',
      resources: [],
    }),
    value: null,
  },
]);

type Invention = Pick<BlockContent, 'name' | 'state' | 'concession' | 'minerals' | 'areaHa' | 'land' | 'resources'> & {
  readonly outline: readonly Position[];
  readonly explorationLevel: BlockContent['explorationLevel'];
};

function makeContent({ outline, ...content }: Invention): Omit<BlockContent, 'geologicalReportDocument'> {
  const ring = [...outline, ...outline.slice(0, 1)];
  return {
    ...content,
    district: null,
    geometry: { type: 'Polygon', coordinates: [ring] },
    demarcated: true,
    sources: INVENTED,
  };
}

function withReports(
  inventions: readonly {
    readonly id: string;
    readonly content: ReturnType<typeof makeContent>;
    readonly value: ValueRecording | null;
  }[],
): readonly PracticeBlock[] {
  return inventions.map(({ id, content, value }) => {
    const report = writePracticeReport(id, content);
    return { id, content: { ...content, geologicalReportDocument: nameReport(report) }, report, value };
  });
}

function mineral(code: string, asPublished: string): BlockMineral {
  return { code, occurrence: 'OTHER', asPublished };
}

function resource(code: string, category: string, tonnes: string, grade: string) {
  return { mineral: code, category, tonnes, grade, asPublished: null };
}

function line(code: string, grade: string, tonnes: string, averageSalePrice: string): WorksheetLine {
  const value = valueOf({ tonnes, averageSalePrice }).format();
  return { mineral: code, grade, tonnes, averageSalePrice, month: PRICE_MONTH, value };
}

function makeValue(worksheet: readonly WorksheetLine[]): ValueRecording {
  const amount = Rupees.sum(worksheet.map(({ value }) => Rupees.parse(value))).format();
  return normaliseValue({ amount, computedOn: COMPUTED_ON, worksheet });
}
