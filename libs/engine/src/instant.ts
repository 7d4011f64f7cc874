const IST_OFFSET_MS = 19_800_000;

/** The date in Asia/Kolkata (which has no daylight saving) of an instant in epoch milliseconds. */
export function dateOf(at: number): string {
  return new Date(at + IST_OFFSET_MS).toISOString().slice(0, 10);
}
