export { openEmptyDatabase, openTestDatabase, type TestDatabase } from './database.js';
