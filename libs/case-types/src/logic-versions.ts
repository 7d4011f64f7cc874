/**
 * The hash of each version's logic, by case type and version. Written by `npm run logic:write`; a hash that stands
 * here is never changed, because decisions rest on it.
 */
export const logicVersions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'block-auction': { '1': '8052794647826a533146dc772096699f11f4b4ddcc9d813355e80e15b3759119' },
  'fair-stall': { '1': '9023ff805579c42dbe71543bc6f9a9b81e23a8cfd475a46bd924aacb370022af' },
  'stall-inspection': { '1': 'd1c699233283a00e2b616e9ca2bd32d1a7d2cca5c12998f8fe593e82d085173a' },
};
