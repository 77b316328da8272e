/** The rows chosen in the list of plots. They stay chosen while filters change, until the page is left. */

import { t } from "../shared/catalogue.js";
import { MOST as MOST_COMPARED } from "./compare.js";
import { number } from "../shared/format.js";
import { html, live, nothing } from "../lib/lit.js";
import { mayEditLayer } from "../shared/session.js";
import { listed, set } from "./shortlist.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./plots.js").Plot} Plot */

export class Selection {
    /** @type {Set<number>} */
    #ids = new Set();
    /** The row that was ticked last, where a range begins. @type {number | null} */
    #last = null;

    /** @param {App} app */
    constructor(app) {
        this.app = app;
    }

    /** The chosen plots that there are, first the hits in the list's order. @returns {Plot[]} */
    get plots() {
        const hits = this.app.plots.hits.filter(({ id }) => this.#ids.has(id));
        return [...hits, ...this.#beyond];
    }

    /** The chosen plots that are no hits any more. */
    get #beyond() {
        const hits = new Set(this.app.plots.hits.map(({ id }) => id));
        return this.app.plots.records.filter(({ id }) => this.#ids.has(id) && !hits.has(id));
    }

    /** Whether every hit is chosen, and nothing else. */
    get isAllHits() {
        const { hits } = this.app.plots;
        return this.plots.length === hits.length && hits.every(({ id }) => this.#ids.has(id));
    }

    /** @param {number[]} ids */
    replace(ids) {
        this.#ids = new Set(ids);
        this.#last = null;
        this.#changed();
    }

    /** @param {number[]} ids */
    remove(ids) {
        this.replace([...this.#ids].filter((id) => !ids.includes(id)));
    }

    #changed() {
        this.app.table.render();
        this.app.update();
    }

    /**
     * Choose or release a plot, or, from the one before to it, all of the order.
     * @param {number} id
     * @param {boolean} isOn
     * @param {number[] | null} order the list's plots for a range, else null
     */
    #tick(id, isOn, order) {
        const [from, to] = order ? [order.indexOf(this.#last ?? id), order.indexOf(id)].sort((a, b) => a - b) : [-1, -1];
        const ids = order && from !== undefined && from >= 0 ? order.slice(from, (to ?? 0) + 1) : [id];
        for (const one of ids) {
            if (isOn) this.#ids.add(one);
            else this.#ids.delete(one);
        }
        this.#last = id;
        this.#changed();
    }

    /** The heading's cell, which chooses all hits, or none. */
    heading() {
        const { hits } = this.app.plots;
        const count = hits.filter(({ id }) => this.#ids.has(id)).length;
        const isAll = count > 0 && count === hits.length;
        const label = t("selection.all", { count: number(hits.length) });
        const choose = () => this.replace(isAll ? this.#beyond.map(({ id }) => id) : [...this.#ids, ...hits.map(({ id }) => id)]);
        return html`<th scope="col" class="pick">
            <input type="checkbox" aria-label=${label} title=${label} ?disabled=${!hits.length} .checked=${live(isAll)} .indeterminate=${live(count > 0 && !isAll)} @change=${choose} />
        </th>`;
    }

    /**
     * The cell of a row.
     * @param {Plot} plot
     * @param {() => number[]} order the ids of the list's plots
     */
    cell({ id, properties }, order) {
        const tick = (/** @type {MouseEvent} */ event) => {
            const { checked } = /** @type {HTMLInputElement} */ (event.target);
            this.#tick(id, checked, event.shiftKey && this.#last !== null ? order() : null);
        };
        const stop = (/** @type {Event} */ event) => event.stopPropagation();
        return html`<td class="pick" @click=${stop}>
            <label><input type="checkbox" aria-label=${t("selection.row", { name: properties["name"] ?? id })} .checked=${live(this.#ids.has(id))} @click=${tick} /></label>
        </td>`;
    }

    /** What can be done with the chosen plots. */
    bar() {
        const { app, plots } = this;
        if (!plots.length) return nothing;
        const beyond = this.#beyond.length;
        const ids = plots.map(({ id }) => id);
        const missing = app.plots.hits.length - (plots.length - beyond);
        const all = () => this.replace([...ids, ...app.plots.hits.map(({ id }) => id)]);
        const cannotCompare = plots.length < 2 || plots.length > MOST_COMPARED;
        return html`<div class="selection" role="group" aria-label=${t("selection.title")}>
            <span role="status"><strong>${t("selection.count", { count: number(plots.length) })}</strong>${beyond ? html` <span class="hint">${t("selection.beyond", { count: number(beyond) })}</span>` : nothing}</span>
            ${missing > 0 ? html`<button type="button" class="link" @click=${all}>${t("selection.all", { count: number(app.plots.hits.length) })}</button>` : nothing}
            <span class="buttons">
                <button type="button" @click=${() => set(app, [...new Set([...listed(app), ...ids])])}>${t("selection.keep")}</button>
                <button type="button" ?disabled=${cannotCompare} title=${cannotCompare ? t("selection.compare_limit", { most: MOST_COMPARED }) : ""} @click=${() => app.store.set({ compare: ids.join(","), comparing: 1 })}>
                    ${t(plots.length > MOST_COMPARED ? "selection.compare_limit" : "selection.compare", { most: MOST_COMPARED })}
                </button>
                <button type="button" @click=${() => this.#export()}>${t("selection.export")}</button>
                ${mayEditLayer(app.session, "plots") ? html`<button type="button" @click=${() => void this.#open("set")}>${t("many.set")}</button>` : nothing}
                ${mayEditLayer(app.session, "reservations") ? html`<button type="button" @click=${() => void this.#open("reserve")}>${t("many.reserve")}</button>` : nothing}
                <button type="button" class="quiet" @click=${() => this.replace([])}>${t("selection.clear")}</button>
            </span>
        </div>`;
    }

    #export() {
        document.body.classList.remove("no-panel");
        this.app.store.set({ panel: "handout", "handout.rows": "" });
        this.app.map.map.resize();
    }

    /** @param {"set" | "reserve"} deed */
    async #open(deed) {
        try {
            const { openMany } = await import("../records/many.js");
            await openMany(this.app, deed, this.plots);
        } catch (error) {
            this.app.notices.fail(error);
        }
    }
}
