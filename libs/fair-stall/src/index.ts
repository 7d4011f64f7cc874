export { fairStall } from './fair-stall.case-type.js';
export { fairStallLaw } from './fair-stall.law.js';
