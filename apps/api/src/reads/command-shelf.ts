import { Inject, Injectable } from '@nestjs/common';
import type { AnyCaseType } from '#case-kit';
import { findOpening, listOfferedCommands, type OfferedCommand } from '../commands/offered-command.js';
import type { Schema } from '../openapi/schemas.js';
import { ServedDocument } from '../openapi/served-document.js';
import { PARTS, type ApiParts } from '../parts.js';

interface Shelved {
  readonly caseType: AnyCaseType;
  readonly opening: OfferedCommand | null;
  readonly commands: ReadonlyMap<string, OfferedCommand>;
}

/** What can be done with each case type, for those who look before they act. */
@Injectable()
export class CommandShelf {
  private readonly types: ReadonlyMap<string, Shelved>;

  constructor(
    @Inject(PARTS) parts: ApiParts,
    @Inject(ServedDocument) private readonly document: ServedDocument,
  ) {
    this.types = new Map(
      parts.caseTypes.map((caseType) => [
        caseType.id,
        {
          caseType,
          opening: findOpening(caseType),
          commands: new Map(listOfferedCommands(caseType).map((command) => [command.name, command])),
        },
      ]),
    );
  }

  /** What a caller needs to give a command: the schema of its form, and how the form travels. */
  describe(caseTypeId: string, name: string): { form: Schema; sealed: readonly string[]; edit: boolean } {
    const command = this.types.get(caseTypeId)?.commands.get(name);
    if (command === undefined) throw new Error(`${caseTypeId} offers no command ${name}`);
    return { form: this.document.getForm(command.form), sealed: command.sealed, edit: command.edit };
  }

  /** Every case type with its states and commands. */
  listTypes(): readonly object[] {
    return [...this.types.values()].map(({ caseType, opening, commands }) => ({
      id: caseType.id,
      title: caseType.title,
      version: caseType.version,
      href: `/v1/${caseType.plural}`,
      states: Object.entries(caseType.stateProvisions).map(([path, { ref, text }]) => ({ path, ref, text })),
      opening: opening === null ? null : this.show(opening),
      commands: [...commands.values()].map((command) => this.show(command)),
    }));
  }

  private show({ name, path, summary, ref, roles, secondPerson, sealed, edit, rules, form }: OfferedCommand): object {
    return {
      name,
      path,
      summary,
      ref,
      roles: roles.filter((role) => role !== 'system'),
      secondPerson,
      sealed,
      edit,
      rules: rules.map(({ name: rule, ref: provision, text }) => ({ name: rule, ref: provision, text })),
      form: this.document.getForm(form),
    };
  }
}
