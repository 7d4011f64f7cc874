/** How published texts name minerals, and which code each is. What stands for several minerals, or for none of ours, has none. */
const CODE_OF_NAME: Readonly<Record<string, string>> = {
  au: 'GOLD',
  bauxite: 'BAUXITE',
  chromite: 'CHROME_ORE',
  chromium: 'CHROME_ORE',
  coal: 'COAL',
  cobalt: 'COBALT',
  copper: 'COPPER',
  diamond: 'DIAMOND',
  glauconite: 'GLAUCONITE',
  gold: 'GOLD',
  graphite: 'GRAPHITE',
  iron: 'IRON_ORE',
  'iron ore': 'IRON_ORE',
  limestone: 'LIMESTONE',
  lithium: 'LITHIUM',
  manganese: 'MANGANESE',
  mo: 'MOLYBDENUM',
  molybdenum: 'MOLYBDENUM',
  nickel: 'NICKEL',
  pb: 'LEAD',
  pge: 'PGE',
  phosphorite: 'PHOSPHATE',
  'platinum group elements': 'PGE',
  potash: 'POTASH',
  'rare earth elements': 'REE',
  tantalum: 'TANTALUM',
  titanium: 'TITANIUM',
  tungsten: 'TUNGSTEN',
  vanadium: 'VANADIUM',
  zinc: 'ZINC',
  zirconium: 'ZIRCONIUM',
  zn: 'ZINC',
};

export interface PublishedMineral {
  /** As in the register of minerals, or null. */
  readonly code: string | null;
  readonly occurrence: 'OTHER';
  readonly asPublished: string;
}

/**
 * Reads a published list such as `Nickel; chromium; PGE`. A remark in brackets stays in the published text and does not
 * change what the mineral is: `Glauconite (potash)` is glauconite.
 */
export function readMineralNames(text: string): readonly PublishedMineral[] {
  return text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((asPublished) => {
      const name = asPublished
        .replace(/\s*\(.*\)\s*$/, '')
        .trim()
        .toLowerCase();
      return { code: CODE_OF_NAME[name] ?? null, occurrence: 'OTHER', asPublished };
    });
}
