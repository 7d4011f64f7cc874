/**
 * Does the same for each of many, so many at once, and answers in their order. Whatever fails first is thrown once all
 * that had begun has ended, so that nothing goes on behind the caller's back.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  abreast: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const failures: unknown[] = [];
  let next = 0;
  const workers = Array.from({ length: Math.min(abreast, items.length) }, async () => {
    while (next < items.length && failures.length === 0) {
      const index = next;
      next += 1;
      const item = items[index] as Item;
      await work(item).then(
        (result) => results.set(index, result),
        (error: unknown) => failures.push(error),
      );
    }
  });
  await Promise.all(workers);
  if (failures.length > 0) throw failures[0];
  return items.map((_, index) => results.get(index) as Result);
}
