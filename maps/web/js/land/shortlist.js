/** The shortlist: an ordered list of plots to hand out. In the browser it is part of the state, and so of permalinks. */

import { t } from "../shared/catalogue.js";
import { html } from "../lib/lit.js";

/** @typedef {import("../page/app.js").App} App */

export const MOST = 50;
export const NAME = "shortlist";
const KEPT = "flurwerk.shortlist";

/**
 * The ids in a text of the state.
 * @param {string} text
 * @returns {number[]}
 */
const read = (text) => text.split(",").filter(Boolean).map(Number);

/**
 * The plots' ids in order: of the list on the server that is open, else of the state.
 * @param {App} app
 * @returns {number[]}
 */
export const listed = (app) => app.shortlists.current?.plots ?? read(app.store.get(NAME));

/**
 * @param {App} app
 * @param {number[]} ids
 */
export function set(app, ids) {
    if (ids.length > MOST) return app.notices.show({ text: t("shortlist.full", { most: MOST }), kind: "failed" });
    if (app.shortlists.isOn) void app.shortlists.change(ids);
    else app.store.set({ [NAME]: ids.join(",") });
}

/**
 * Add a plot to the list, or remove it.
 * @param {App} app
 * @param {number} id
 */
export function toggle(app, id) {
    const ids = listed(app);
    set(app, ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]);
}

/**
 * Store the list in this browser for the next visit; a list in a permalink takes precedence. Whoever has signed in has
 * theirs on the server (people/shortlists.js).
 * @param {App} app
 */
export function persistShortlist(app) {
    const { store, table } = app;
    if (!store.get(NAME) && !store.get("list")) store.set({ [NAME]: localStorage.getItem(KEPT) ?? "" });
    store.subscribe((state, changed) => {
        if (!changed.has(NAME)) return;
        if (!app.session.name) localStorage.setItem(KEPT, state[NAME] ?? "");
        table.render();
    });
}

/** The list that this browser has kept for who had not signed in. */
export const keptHere = () => read(localStorage.getItem(KEPT) ?? "");

/** Forget it: it is on the server now. */
export const forgetHere = () => localStorage.removeItem(KEPT);

/**
 * The button in a row of the list that adds the plot to the shortlist.
 * @param {App} app
 * @param {import("./plots.js").Plot} plot
 */
export function starButton(app, { id, properties }) {
    const isOn = listed(app).includes(id);
    const label = t("shortlist.keep", { name: properties["name"] ?? id });
    return html`<button type="button" class="icon star" aria-pressed=${isOn} aria-label=${label} title=${label} @click=${() => toggle(app, id)}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1.1 5.9L12 16.8l-5.3 2.9 1.1-5.9L3.5 9.7l5.9-.8z" /></svg>
    </button>`;
}
