export { CuttingProxy, type Cut } from './cutting-proxy.js';
export { openEmptyDatabase, openTestDatabase, type TestDatabase } from './database.js';
export { docket, DOCKET_EVENTS } from './docket.case-type.js';
export { DOCKET_TABLES } from './docket.store.js';
export { drawKey, EMPTY_LAW, makeActor, makeEngine, type EngineFixtureOptions } from './engine-fixture.js';
export { tally } from './tally.case-type.js';
