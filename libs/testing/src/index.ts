export { openEmptyDatabase, openTestDatabase, type TestDatabase } from './database.js';
export { drawKey, EMPTY_LAW, makeActor, makeEngine, type EngineFixtureOptions } from './engine-fixture.js';
export { tally } from './tally.case-type.js';
