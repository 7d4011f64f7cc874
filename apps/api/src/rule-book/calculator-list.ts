import type { LawSnapshot } from '#case-kit';
import { calculators, type Calculator } from '#rulebook';

/**
 * Every calculator with the schema of its request, and of each parameter that it may read the version in force on a
 * date (`YYYY-MM-DD`): value, provision, confidence and whether two people signed it.
 */
export function listCalculators(law: LawSnapshot, on: string): object {
  return { on, law: law.hash, items: [...calculators.values()].map((calculator) => describe(calculator, law, on)) };
}

function describe({ name, summary, requestSchema, parameters }: Calculator, law: LawSnapshot, on: string): object {
  return {
    name,
    href: `/v1/rules/${name}`,
    summary,
    request: requestSchema,
    parameters: parameters.map((parameter) => describeParameter(parameter, law, on)),
  };
}

/** A parameter that no version of is in force is named all the same: with another date it may be read. */
function describeParameter(name: string, law: LawSnapshot, on: string): object {
  const found = law.find(name, on);
  if (found === undefined) return { name, inForce: null };
  const { version, value, provision: ref, confidence, signed } = found;
  return { name, inForce: { version, value, ref, confidence, signed } };
}
