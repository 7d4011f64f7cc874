import { APPOINTABLE_ROLES, type AppointableRole } from '#identity';
import { canBe, NOBODY, STANDINGS } from './callers.js';
import type { Row } from './matrix.js';
import { reasonOf, type Cell, type Policy } from './policy.js';

const LETTERS: Readonly<Record<Cell, string>> = { yes: 'y', no: 'n', hidden: 'h', 'log in': 'l' };

const SHORT: Readonly<Record<AppointableRole, string>> = {
  'central-officer': 'CO',
  'state-officer': 'SO',
  'approving-officer': 'AO',
  'evaluation-member': 'EM',
  'evaluation-chair': 'EC',
  'platform-operator': 'PO',
  'rule-book-owner': 'RO',
  bidder: 'BI',
  'agency-officer': 'AG',
  auditor: 'AU',
  administrator: 'AD',
};

const HEAD = `# Who may do what

Written by \`npm run access:write\` from the decorators of the routes, the tables of commands and the audiences of the
case types, and from [access-policy.csv](access-policy.csv), in which people say for every other route who may and why.
\`npm run check\` fails when the two differ, when a route has no line, and when this page is stale; a test asks the running
interface for every letter below.

A column for each role:

${APPOINTABLE_ROLES.map((role) => `- ${SHORT[role]} ${role}`).join('\n')}

Four letters stand in each, for a caller

1. of the organisation whose affair it is (the State's office and its bidder; the Centre's for who serves all States),
2. of another organisation of the kind, for the same territory,
3. of another State,
4. whose appointment in the role was revoked.

The last column is for nobody: a request without a log-in. Letters: **y** the request is taken (rules of law may still
refuse it), **n** refused with 403, **h** hidden: 404, or left out of a list, **l** log in first: 401, **-** cannot be: the
role has no territory.
`;

/** The page: routes that are about no case, then each situation of a case with what can be asked and given in it. */
export function renderPage(matrix: readonly Row[], policy: Policy): string {
  const situations = [...new Set(matrix.map(({ situation }) => situation).filter((each) => each !== null))];
  const general = matrix.filter(({ situation }) => situation === null);
  const cells = matrix.reduce((sum, row) => sum + row.cells.size, 0);
  return [
    HEAD,
    `${matrix.length} rows, ${cells} cells.\n`,
    '## Routes that are about no single case\n',
    table(general, ({ route }) =>
      route.command === null
        ? reasonOf(policy, route.name)
        : `${route.command.offered.ref.act}, ${route.command.offered.ref.provision}`,
    ),
    ...situations.flatMap((situation) => [
      `\n## ${situation.name}\n`,
      `${reasonOf(policy, situation.name)}\n`,
      table(
        matrix.filter((row) => row.situation === situation),
        ({ route: { name, command } }) =>
          command === null ? reasonOf(policy, name) : `${command.offered.ref.act}, ${command.offered.ref.provision}`,
      ),
    ]),
    '',
  ].join('\n');
}

function table(rows: readonly Row[], why: (row: Row) => string): string {
  const roles = APPOINTABLE_ROLES.map((role) => SHORT[role]);
  return [
    `| Route | ${roles.join(' | ')} | nobody | Why |`,
    `| --- |${' --- |'.repeat(roles.length + 2)}`,
    ...rows.map((row) => `| \`${row.route.name}\` | ${lettersOf(row).join(' | ')} | ${why(row)} |`),
  ].join('\n');
}

function lettersOf({ cells }: Row): readonly string[] {
  const letterOf = (role: string, standing: string): string => {
    const found = [...cells].find(([caller]) => caller.role === role && caller.standing === standing);
    return found === undefined ? '?' : LETTERS[found[1]];
  };
  return [
    ...APPOINTABLE_ROLES.map((role) =>
      STANDINGS.map((standing) => (canBe({ role, standing }) ? letterOf(role, standing) : '-')).join(''),
    ),
    letterOf(NOBODY.role, NOBODY.standing),
  ];
}
