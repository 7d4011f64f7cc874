export { stallInspection } from './stall-inspection.case-type.js';
