export { readGeometry } from './geometry/geojson.js';
