const IST_OFFSET_MS = 19_800_000;
const DAY_MS = 86_400_000;
let lastDay = Number.NaN;
let lastDate = '';

/** The date in Asia/Kolkata (which has no daylight saving) of an instant in epoch milliseconds. */
export function dateOf(at: number): string {
  const day = Math.floor((at + IST_OFFSET_MS) / DAY_MS);
  // Almost every call is about the same day as the one before it.
  if (day !== lastDay) {
    lastDay = day;
    lastDate = new Date(day * DAY_MS).toISOString().slice(0, 10);
  }
  return lastDate;
}
