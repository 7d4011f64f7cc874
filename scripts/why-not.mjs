// Writes docs/why-not.md: what a person reads who asks why a command of the block auction is not possible.
//   node scripts/why-not.mjs            writes it (needs the build)
//   node scripts/why-not.mjs --check    fails when the file is not what would be written
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseInstant, sayCode, sayDay, sayInstant, sayRoles } from '#case-kit';
import { caseTypes } from '#case-types';
import { explainState } from '#engine';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs/why-not.md');
// A fixture is nobody's business but its own library's, and this page is made of nothing else.
const { askEverywhere, refuseByEachRule } = await import(join(ROOT, 'dist/libs/block-auction/src/why-not.fixture.js'));

const auction = caseTypes.find(({ id }) => id === 'block-auction');
const answered = askEverywhere(explainState);
const byRule = refuseByEachRule();

const nameOf = (command) => sayCode(command).replace(/^./, (letter) => letter.toUpperCase());
const cite = ({ act, provision }) => `${act}, ${provision}`;
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells) => `| ${cells.map(cell).join(' | ')} |\n`;
const sayBy = (by) => (by.includes('T') ? sayInstant(parseInstant(by)) : sayDay(by));
const say = (value) =>
  typeof value === 'string'
    ? value
    : Object.entries(value)
        .map(([name, part]) => `${name}: ${say(part)}`)
        .join('; ');
const sayCure = ({ who, how, by }) => `${who}: ${how}${by === undefined ? '' : ` (by ${sayBy(by)})`}`;

function writeCommand(command, { summary, ref, roles, rules, secondPerson }) {
  const second = secondPerson === undefined ? '' : ` With the confirmation of ${sayRoles(secondPerson.roles)}.`;
  const head = `### ${nameOf(command)}\n\n${summary} Given by ${sayRoles(roles)}.${second} ${cite(ref)}.\n\n`;
  if (rules.length === 0) return `${head}No rule but the stage of the auction refuses it.\n\n`;
  const told = rules.map((rule) => {
    const { found, required, cure } = byRule.get(rule.name);
    return row(cite(rule.ref), rule.text, say(found), say(required), sayCure(cure));
  });
  return `${head}${row('Provision', 'Rule', 'Found', 'Needed', 'Who can cure it, how and by when')}${row('---', '---', '---', '---', '---')}${told.join('')}\n`;
}

function writeStage(phase) {
  const { title, ref, text } = auction.stateProvisions[phase];
  const here = answered.filter((each) => each.phase === phase);
  const possible = here
    .filter(({ refusals }) => refusals.length === 0)
    .map(({ command }) => nameOf(command).toLowerCase());
  const told = here.flatMap(({ command, role, refusals }) =>
    refusals.map((refusal) => ({ ...refusal, asked: `${nameOf(command)} (${sayRoles([role])})` })),
  );
  const byStage = new Map();
  for (const refusal of told.filter(({ rule }) => rule === 'state-allows')) {
    const cure = sayCure(refusal.cure);
    byStage.set(cure, [...(byStage.get(cure) ?? []), refusal]);
  }
  const byRules = told.filter(({ rule }) => rule !== 'state-allows');
  return [
    `### ${title}\n\n${cite(ref)}: ${text}\n\n`,
    possible.length === 0 ? 'Nothing is possible any more.\n\n' : `Possible: ${possible.join(', ')}.\n\n`,
    ...(byRules.length === 0 ? [] : [writeRuleRefusals(byRules)]),
    ...[...byStage].map(([cure, refusals]) => writeStageRefusals(cure, refusals)),
  ].join('');
}

function writeRuleRefusals(refusals) {
  const heading = row('Command', 'Provision and rule', 'Found', 'Needed', 'Who can cure it, how and by when');
  const rows = refusals.map(({ asked, ref, text, found, required, cure }) =>
    row(asked, `${cite(ref)}: ${text}`, say(found), say(required), sayCure(cure)),
  );
  return `Refused by a rule:\n\n${heading}${row('---', '---', '---', '---', '---')}${rows.join('')}\n`;
}

/** Refusals for the stage alone differ in what they need; what is found and who can cure it they share. */
function writeStageRefusals(cure, refusals) {
  const [{ text, found }] = refusals;
  const rows = refusals.map(({ asked, ref, required }) => row(asked, cite(ref), say(required)));
  return `“${text}”\n\nFound: ${say(found)}. Who can cure it: ${cure}.\n\n${row('Command', 'Provision', 'Needed')}${row('---', '---', '---')}${rows.join('')}\n`;
}

const count = answered.reduce((sum, { refusals }) => sum + refusals.length, 0) + byRule.size;
const page = `# Why not

What a person reads who asks why a command of the block auction is not possible, or who was refused: the provision, what
was found, what is needed, and who can cure it, how and by when. \`GET /v1/cases/{caseId}/commands\` says the same of a
case at hand, before anything is sent.

Written by \`npm run why-not:write\` out of the rules themselves, which were asked in a play of each stage of an invented
auction; \`npm run check:why-not\` fails when it is stale. ${count} answers. Instants are in Indian standard time.

## By stage

${Object.keys(auction.stateProvisions).map(writeStage).join('')}## By command

Every rule that can refuse a command, with what it says of one that it alone refuses.

${writeCommand('DRAFT_NOTICE', auction.open)}${Object.entries(auction.commands)
  .filter(([, { roles }]) => roles.some((role) => role !== 'system'))
  .map(([command, spec]) => writeCommand(command, { ...spec, roles: spec.roles.filter((role) => role !== 'system') }))
  .join('')}`;
const text = `${page.trimEnd()}\n`;

if (process.argv.includes('--check')) {
  const written = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  if (written !== text) {
    console.error('docs/why-not.md is stale; run npm run why-not:write and commit it');
    process.exitCode = 1;
  }
} else {
  writeFileSync(PAGE, text);
  console.log('wrote docs/why-not.md');
}
