export { fairStall } from './fair-stall.case-type.js';
export { fairStallLaw, type FairParameter } from './fair-stall.law.js';
