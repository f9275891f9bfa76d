type Table = Record<string, unknown>;

const isTable = (x: unknown): x is Table => typeof x === "object" && x !== null && !Array.isArray(x);

/**
 * What is other in a form than it was, in the form's own shape: what somebody else set
 * meanwhile stays. Lists are told whole, and so are those tables whose entries may go.
 */
export function changesOf<T extends object>(before: T, now: T, whole: readonly string[] = []): Partial<T> {
  const changes: Table = {};
  for (const [name, is] of Object.entries(now)) {
    const was = (before as Table)[name];
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    changes[name] = isTable(was) && isTable(is) && !whole.includes(name) ? changesOf(was, is, whole) : is;
  }
  return changes as Partial<T>;
}
