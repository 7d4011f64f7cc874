import { assertCaseType, type AnyCaseType } from '#case-kit';

/** A case whose kind or version is not registered in this process: nothing may be decided on it here. */
export class UnknownCaseType extends Error {
  constructor(
    readonly id: string,
    readonly version: string,
  ) {
    super(`case type ${id} version ${version} is not registered`);
    this.name = 'UnknownCaseType';
  }
}

/**
 * The case types that run, each in every version that a case still has. A case keeps the version under which it was
 * opened until a recorded migration moves it.
 */
export class CaseTypeRegistry {
  private readonly versions = new Map<string, Map<string, AnyCaseType>>();
  private readonly current = new Map<string, AnyCaseType>();

  /** The last version listed of a case type is the one under which cases are opened. */
  constructor(readonly caseTypes: readonly AnyCaseType[]) {
    for (const caseType of caseTypes) {
      assertCaseType(caseType);
      const versions = this.versions.get(caseType.id) ?? new Map<string, AnyCaseType>();
      if (versions.has(caseType.version)) throw new Error(`${caseType.id} ${caseType.version} is registered twice`);
      versions.set(caseType.version, caseType);
      this.versions.set(caseType.id, versions);
      this.current.set(caseType.id, caseType);
    }
  }

  findCurrent(id: string): AnyCaseType | undefined {
    return this.current.get(id);
  }

  /** @throws UnknownCaseType for a kind or version that is not registered. */
  get(id: string, version: string): AnyCaseType {
    const caseType = this.versions.get(id)?.get(version);
    if (caseType === undefined) throw new UnknownCaseType(id, version);
    return caseType;
  }
}
