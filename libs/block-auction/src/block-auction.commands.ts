import { evaluationCommands } from './evaluation.commands.js';
import { roundCommands } from './round.commands.js';
import { tenderCommands, type AuctionCommands } from './tender.commands.js';

/** Who may give which command, with what form, under which rules: the whole table, in the order of an auction. */
export const blockAuctionCommands: AuctionCommands = { ...tenderCommands, ...evaluationCommands, ...roundCommands };
