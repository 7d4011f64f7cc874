import type { AnyCaseType, FormClass, ProvisionRef, Role } from '#case-kit';
import { commandPath, ENGINE_COMMANDS, SET_ASIDE } from '#engine';

/** A command as the interface offers it: one route, one form, one line in the list of case types. */
export interface OfferedCommand {
  /** Event of the machine, or the engine's name. */
  readonly name: string;
  /** Last segment of its address. */
  readonly path: string;
  readonly summary: string;
  readonly ref: ProvisionRef;
  readonly roles: readonly Role[];
  /** Under a name that no other form has: it names the schema in the OpenAPI document. */
  readonly form: FormClass;
  readonly sealed: readonly string[];
  readonly edit: boolean;
  readonly secondPerson: readonly Role[] | null;
  readonly rules: readonly { readonly name: string; readonly ref: ProvisionRef; readonly text: string }[];
}

/** The commands of a case type that people can give, its own first and then the engine's. */
export function listOfferedCommands(caseType: AnyCaseType): readonly OfferedCommand[] {
  const own = Object.entries(caseType.commands)
    .filter(([, { roles }]) => roles.some((role) => role !== 'system'))
    .map(([name, spec]) => ({
      name,
      path: commandPath(name),
      summary: spec.summary,
      ref: spec.ref,
      roles: spec.roles,
      form: nameForm(spec.form, `${pascal(caseType.id)}${pascal(commandPath(name))}Form`),
      sealed: spec.sealed ?? [],
      edit: spec.edit === true,
      secondPerson: spec.secondPerson?.roles ?? null,
      rules: spec.rules,
    }));
  const engines = ENGINE_COMMANDS.map((spec) => ({
    name: spec.name,
    path: spec.path,
    summary: spec.summary,
    ref: spec.ref,
    roles: spec.roles(caseType),
    form: nameForm(spec.form, `${pascal(caseType.id)}${pascal(spec.path)}Form`),
    sealed: [],
    edit: false,
    secondPerson: spec.name === SET_ASIDE ? caseType.orders.secondPerson.roles : null,
    rules: [],
  }));
  return [...own, ...engines];
}

/** Opening a case, in the same shape; null where only other cases open it. */
export function findOpening(caseType: AnyCaseType): OfferedCommand | null {
  const { open } = caseType;
  if (open.roles.every((role) => role === 'system')) return null;
  return {
    name: 'OPEN',
    path: '',
    summary: open.summary,
    ref: open.ref,
    roles: open.roles,
    form: nameForm(open.form, `Open${pascal(caseType.id)}Form`),
    sealed: open.sealed ?? [],
    edit: false,
    secondPerson: null,
    rules: open.rules,
  };
}

export function pascal(kebab: string): string {
  return kebab.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function nameForm(form: FormClass, name: string): FormClass {
  const named: FormClass = class extends form {};
  Object.defineProperty(named, 'name', { value: name });
  return named;
}
