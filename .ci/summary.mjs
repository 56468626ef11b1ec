// Prints the closing line `N passed, N failed` from vitest's report; a failed check counts as one failure.
import { readFileSync } from "node:fs";

const [report, checksFailed] = process.argv.slice(2);
const read = () => {
  try {
    return JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, success: false }; // vitest ended before it wrote its report
  }
};
const { numPassedTests, numFailedTests, numPendingTests = 0, success } = read();
const failed = numFailedTests + (numFailedTests === 0 && (checksFailed !== "0" || !success) ? 1 : 0);
console.log(`${numPassedTests} passed, ${failed} failed${numPendingTests > 0 ? `, ${numPendingTests} skipped` : ""}`);
process.exitCode = failed === 0 && numPassedTests > 0 ? 0 : 1;
