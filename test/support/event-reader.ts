export { EventReader, type ServerEvent } from '../../apps/cli/src/drive/event-reader.js';
