import pg from 'pg';

export const OWNER_LOGIN = 'adit_owner';
export const APP_LOGIN = 'adit_app';
export const DATABASE = 'adit';

/**
 * Makes the two logins and the database, or sets right what a start that was cut short left undone.
 *
 * @throws Error when the server that answers is not the one of this data directory.
 */
export async function prepareLogins(
  adminUrl: string,
  data: string,
  ownerPassword: string,
  appPassword: string,
): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ data: string }>(`select current_setting('data_directory') as data`);
    if (rows[0]?.data !== data) throw new Error(`Port of ${data} is served by the cluster in ${rows[0]?.data}`);
    await keepLogin(client, OWNER_LOGIN, ownerPassword);
    await keepLogin(client, APP_LOGIN, appPassword);
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE} owner ${OWNER_LOGIN}`);
    await client.query(`revoke all on database ${DATABASE} from public`);
    await client.query(`grant connect, temporary on database ${DATABASE} to ${APP_LOGIN}`);
  } finally {
    await client.end();
  }
}

async function keepLogin(client: pg.Client, login: string, password: string): Promise<void> {
  const found = await client.query('select 1 from pg_roles where rolname = $1', [login]);
  const verb = found.rowCount === 0 ? 'create' : 'alter';
  const rights = 'login nosuperuser nocreatedb nocreaterole noreplication nobypassrls';
  // Roles take no parameters; the name is a constant and the password is quoted by the driver.
  await client.query(`${verb} role ${login} with ${rights} password ${client.escapeLiteral(password)}`);
}
