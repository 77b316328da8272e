/**
 * The page's state, which permalinks restore: a flat record of texts, kept in sync with the URL's fragment.
 *
 * Names: `panel`, `selected` (`plots/12`), `compare` (`1,2`), `view` (`13.2/51.51/7.46`), `sort` (`-remaining_m2`),
 * `shortlist` (`3,1`), `background` (its key, or `none`), `overlays` (`plan:70`, the topmost first),
 * `hidden` and `shown` (legend entries that differ from their default), `f.NAME` for the filters;
 * a panel prefixes its values with its own name and a dot (`match.min_m2`).
 */

/** @typedef {Readonly<Record<string, string>>} State */
/** @typedef {(state: State, changed: ReadonlySet<string>) => void} Listener */

export class Store {
    /** @type {Record<string, string>} */
    #state;
    /** @type {Set<Listener>} */
    #listeners = new Set();
    /** The names whose values are being typed: until another change, they are one step in the browser's history. */
    #typed = "";

    /**
     * Called before a change; returns whether to delay it until `go` is called. Used by forms with unsaved entries.
     * @type {((changed: ReadonlySet<string>, go: () => void) => boolean) | null}
     */
    guard = null;

    constructor() {
        this.#state = read();
        // Registered first, before anything else writes to the URL.
        addEventListener("popstate", () => this.#follow(read()));
        addEventListener("hashchange", () => this.#follow(read()));
    }

    /** @returns {State} */
    get state() {
        return this.#state;
    }

    /**
     * The value of a name, or an empty text.
     * @param {string} name
     * @returns {string}
     */
    get(name) {
        return this.#state[name] ?? "";
    }

    /**
     * Change some values; empty ones are removed. Listeners are called once if anything has changed.
     * @param {Record<string, string | number | boolean | null | undefined>} patch
     * @param {() => void} [then] called when the change is applied, which the guard may delay
     * @param {boolean} [isTyping] whether this goes on with what was typed before into the same values
     */
    set(patch, then = () => {}, isTyping = false) {
        const next = { ...this.#state };
        for (const [name, value] of Object.entries(patch)) {
            const text = value === null || value === undefined || value === false ? "" : String(value);
            if (text) next[name] = text;
            else delete next[name];
        }
        if (this.guard?.(this.#differing(next), () => this.set(patch, then))) return;
        const typed = isTyping ? String(Object.keys(patch)) : "";
        this.#replace(next, typed && typed === this.#typed ? "replaceState" : "pushState");
        this.#typed = typed;
        then();
    }

    /**
     * Name what is shown in another way. It is no step in the browser's history, and asks nobody.
     * @param {Record<string, string>} patch
     */
    correct(patch) {
        this.#replace({ ...this.#state, ...patch }, "replaceState");
    }

    /**
     * @param {Listener} listener called after each change
     * @returns {() => void} unsubscribes
     */
    subscribe(listener) {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
    }

    /**
     * Adopt the state in the URL.
     * @param {Record<string, string>} next
     */
    #follow(next) {
        const changed = this.#differing(next);
        if (!changed.size) return;
        this.#typed = "";
        // Until the reader has decided, restore the URL of the state shown.
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
     * @param {"pushState" | "replaceState"} how to write it to the browser's history
     */
    #replace(next, how) {
        const changed = this.#differing(next);
        if (!changed.size) return;
        this.#state = next;
        // Moving the map creates no step in the browser's history.
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
