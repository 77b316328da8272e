/** The shortlist: an ordered list of plots to hand out. It is part of the state, and so of permalinks. */

import { t } from "../shared/catalogue.js";
import { html } from "../lib/lit.js";

/** @typedef {import("../page/app.js").App} App */

export const MOST = 50;
const NAME = "shortlist";
const KEPT = "flurwerk.shortlist";

/**
 * The plots' ids in order.
 * @param {App} app
 * @returns {number[]}
 */
export const listed = (app) => app.store.get(NAME).split(",").filter(Boolean).map(Number);

/**
 * @param {App} app
 * @param {number[]} ids
 */
export function set(app, ids) {
    if (ids.length > MOST) return app.notices.show({ text: t("shortlist.full", { most: MOST }), kind: "failed" });
    app.store.set({ [NAME]: ids.join(",") });
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
 * Store the list in this browser for the next visit; a list in a permalink takes precedence.
 * @param {App} app
 */
export function persistShortlist({ store, table }) {
    if (!store.get(NAME)) store.set({ [NAME]: localStorage.getItem(KEPT) ?? "" });
    store.subscribe((state, changed) => {
        if (!changed.has(NAME)) return;
        localStorage.setItem(KEPT, state[NAME] ?? "");
        table.render();
    });
}

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
