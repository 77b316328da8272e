/**
 * The page's state: what a permalink restores. A flat record of texts, kept in step with the address's fragment.
 *
 * Names: `panel`, `selected` (`plots/12`), `compare` (`1,2`), `view` (`13.2/51.51/7.46`), `sort` (`-remaining_m2`),
 * `shortlist` (`3,1`), `hidden` and `shown` (entries of the legend that differ from how they begin), `f.NAME` for the filters; a panel
 * puts its own name before a dot (`match.min_m2`).
 */

/** @typedef {Readonly<Record<string, string>>} State */
/** @typedef {(state: State, changed: ReadonlySet<string>) => void} Listener */

export class Store {
    /** @type {Record<string, string>} */
    #state;
    /** @type {Set<Listener>} */
    #listeners = new Set();

    /**
     * Asked before a change: whether it waits until `go` is called. A form that has not been saved asks its reader first.
     * @type {((changed: ReadonlySet<string>, go: () => void) => boolean) | null}
     */
    guard = null;

    constructor() {
        this.#state = read();
        // At once, before anything else is written into the address.
        addEventListener("popstate", () => this.#follow(read()));
        addEventListener("hashchange", () => this.#follow(read()));
    }

    /** @returns {State} */
    get state() {
        return this.#state;
    }

    /**
     * The value of a name, or nothing.
     * @param {string} name
     * @returns {string}
     */
    get(name) {
        return this.#state[name] ?? "";
    }

    /**
     * Change some values; an empty one is removed. Listeners hear of it once, if anything is different.
     * @param {Record<string, string | number | boolean | null | undefined>} patch
     * @param {() => void} [then] called when they hold, which may be after somebody was asked
     */
    set(patch, then = () => {}) {
        const next = { ...this.#state };
        for (const [name, value] of Object.entries(patch)) {
            const text = value === null || value === undefined || value === false ? "" : String(value);
            if (text) next[name] = text;
            else delete next[name];
        }
        if (this.guard?.(this.#differing(next), () => this.set(patch, then))) return;
        this.#replace(next, "pushState");
        then();
    }

    /**
     * @param {Listener} listener called after each change
     * @returns {() => void} what ends it
     */
    subscribe(listener) {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
    }

    /**
     * Take over what the address says by now.
     * @param {Record<string, string>} next
     */
    #follow(next) {
        const changed = this.#differing(next);
        if (!changed.size) return;
        // Until it is decided, the address goes on saying what is shown.
        if (this.guard?.(changed, () => this.#replace(next, "pushState"))) history.pushState(null, "", `#${written(this.#state)}`);
        else this.#replace(next, "replaceState");
    }

    /** @param {State} next */
    #differing(next) {
        const names = new Set([...Object.keys(this.#state), ...Object.keys(next)]);
        return new Set([...names].filter((name) => this.#state[name] !== next[name]));
    }

    /**
     * @param {Record<string, string>} next
     * @param {"pushState" | "replaceState"} how it is written into the browser's history
     */
    #replace(next, how) {
        const changed = this.#differing(next);
        if (!changed.size) return;
        this.#state = next;
        // Moving the map is no step that one would want to go back.
        const isStep = changed.size > 1 || !changed.has("view");
        history[isStep ? how : "replaceState"](null, "", `#${written(next)}`);
        for (const listener of [...this.#listeners]) listener(next, changed);
    }
}

/** @param {State} state */
const written = (state) => new URLSearchParams(state).toString().replaceAll("%2F", "/").replaceAll("%2C", ",");

/** @returns {Record<string, string>} */
function read() {
    return Object.fromEntries([...new URLSearchParams(location.hash.slice(1))].filter(([, value]) => value));
}
