import { createFirstAdministrator, Passwords } from '#identity';
import { getText, type CliCommand } from '../arguments.js';
import { withDatabase } from '../open-database.js';

export const administratorCommand: CliCommand = {
  name: 'administrator',
  usage: '--name NAME --email ADDRESS',
  summary: 'Makes the first administrator of an installation without a demonstration; refused when there is one.',
  options: {
    name: { value: 'NAME', required: true, text: 'As people know him.' },
    email: { value: 'ADDRESS', required: true, text: 'With which he logs in.' },
  },
  run: async (values, { config, complain }) => {
    const person = { name: getText(values, 'name'), email: getText(values, 'email') };
    const made = await withDatabase(config, { login: 'app', create: true, report: complain }, (pool) =>
      createFirstAdministrator(pool, new Passwords(), person),
    );
    const text =
      `${person.email} is administrator. The first password is shown only now and opens nothing but its own change:\n` +
      `  ${made.initialPassword}`;
    return { ok: true, text, data: { personId: made.id, ...person, initialPassword: made.initialPassword } };
  },
};
