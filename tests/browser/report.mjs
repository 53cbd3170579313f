// Collects what the checks find and prints it: one line per group of checks,
// then the failures, equal ones on different pages folded into one.

const PLACES_SHOWN = 4;
const MESSAGES_SHOWN = 25;

export class Report {
  #groups = new Map();

  /** Counts `count` things looked at by the checks of `group`. */
  checked(group, count = 1) {
    this.#group(group).checked += count;
  }

  /** Records a failure of `group` at `where`, a page's path or a file. */
  fail(group, where, message) {
    this.#group(group).failures.push({ where, message });
  }

  /** Adds words to the line of `group`. */
  note(group, text) {
    this.#group(group).notes.push(text);
  }

  get failures() {
    return [...this.#groups].flatMap(([group, { failures }]) =>
      failures.map((failure) => ({ group, ...failure })),
    );
  }

  get groups() {
    return [...this.#groups.keys()];
  }

  print(write = console.log) {
    for (const [name, group] of this.#groups) {
      const { checked, failures, notes } = group;
      const verdict = failures.length > 0 ? "FAIL" : "ok  ";
      const counts = failures.length > 0 ? `${checked} checked, ${failures.length} failed` : `${checked} checked`;
      write(`${verdict}  ${name.padEnd(16)} ${[counts, ...notes].join("; ")}`);
      printFailures(failures, write);
    }
  }

  #group(name) {
    if (!this.#groups.has(name)) this.#groups.set(name, { checked: 0, failures: [], notes: [] });
    return this.#groups.get(name);
  }
}

function printFailures(failures, write) {
  const places = new Map();
  for (const { where, message } of failures) {
    if (!places.has(message)) places.set(message, new Set());
    places.get(message).add(where);
  }
  for (const [message, all] of [...places].slice(0, MESSAGES_SHOWN)) {
    const shown = [...all].slice(0, PLACES_SHOWN).join(", ");
    const more = all.size > PLACES_SHOWN ? ` and ${all.size - PLACES_SHOWN} more` : "";
    write(`        ${message}\n          at ${shown}${more}`);
  }
  if (places.size > MESSAGES_SHOWN) {
    write(`        and ${places.size - MESSAGES_SHOWN} other messages`);
  }
}
