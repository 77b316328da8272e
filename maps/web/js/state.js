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

    constructor() {
        this.#state = read();
        addEventListener("hashchange", () => this.#replace(read(), "replaceState"));
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
     */
    set(patch) {
        const next = { ...this.#state };
        for (const [name, value] of Object.entries(patch)) {
            const text = value === null || value === undefined || value === false ? "" : String(value);
            if (text) next[name] = text;
            else delete next[name];
        }
        this.#replace(next);
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
     * @param {Record<string, string>} next
     * @param {"pushState" | "replaceState"} [how] it is written into the browser's history
     */
    #replace(next, how = "pushState") {
        const names = new Set([...Object.keys(this.#state), ...Object.keys(next)]);
        const changed = new Set([...names].filter((name) => this.#state[name] !== next[name]));
        if (!changed.size) return;
        this.#state = next;
        const fragment = new URLSearchParams(next).toString().replaceAll("%2F", "/").replaceAll("%2C", ",");
        // Moving the map is no step that one would want to go back.
        const isStep = changed.size > 1 || !changed.has("view");
        history[isStep ? how : "replaceState"](null, "", `#${fragment}`);
        for (const listener of [...this.#listeners]) listener(next, changed);
    }
}

/** @returns {Record<string, string>} */
function read() {
    return Object.fromEntries([...new URLSearchParams(location.hash.slice(1))].filter(([, value]) => value));
}
