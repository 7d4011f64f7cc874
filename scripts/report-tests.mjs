// Prints the last line of a build, `N passed, N failed`, from the report that jest wrote; fails when anything did.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests, success } = report;
// A file that could not be loaded has no failed tests of its own, and a skipped test shows nothing.
const failed = numFailedTests + numRuntimeErrorTestSuites;
if (numPendingTests + numTodoTests > 0) console.log(`${numPendingTests + numTodoTests} skipped`);
console.log(`${numPassedTests} passed, ${failed} failed`);
process.exitCode = success && failed === 0 && numPassedTests > 0 ? 0 : 1;
