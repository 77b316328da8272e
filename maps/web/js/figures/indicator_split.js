/** The split of a figure on its card: by a level of the city's parts, which the reader chooses for all cards. */

import { t } from "../shared/catalogue.js";
import { partOf } from "./indicator_words.js";
import { html, nothing } from "../lib/lit.js";
import { refusal } from "../shared/refusals.js";
import { isInternal } from "../shared/session.js";

/** @typedef {import("./indicators.js").Figure} Figure */
/** @typedef {import("./indicators.js").Trend} Trend */
/** @typedef {{key: string, label: string}} Level */
/** @typedef {{part: string, actual: number | null, suppressed: boolean, recorded: boolean}} Part */
/** @typedef {{parts: Part[], note: string | null, problem: string}} Found */

const LEVEL = "indicators.by";
const UPPER = "district";
const OTHER_PARTS = new Set(["outside", "unlocated"]);

export class Splits {
    /** The keys of the figures whose splits are open. @type {Set<string>} */
    #open = new Set();
    /** What has been fetched, by figure, period and level; null while it is on its way. @type {Map<string, Found | null>} */
    #found = new Map();

    /**
     * @param {import("../page/app.js").App} app
     * @param {() => void} changed
     */
    constructor(app, changed) {
        this.app = app;
        this.changed = changed;
    }

    /** Forget what has been fetched: the records or the reader may have changed. */
    clear() {
        this.#found.clear();
    }

    /** The levels that the reader may see: the public sees no parts below the districts, and none of a stock. @param {Trend} trend */
    #levels({ shows_records: showsRecords, kind }) {
        const { session, settings: { levels } } = this.app;
        // A ratio has no records of its own, so its trend does not tell.
        if (showsRecords || isInternal(session)) return levels;
        return kind === "flow" ? levels.filter(({ key }) => key === UPPER) : [];
    }

    /**
     * @param {Figure} figure
     * @param {Trend} trend
     */
    view(figure, trend) {
        const levels = this.#levels(trend);
        const wanted = this.app.store.get(LEVEL) || UPPER;
        const level = levels.find(({ key }) => key === wanted) ?? levels[0];
        if (!level) return nothing;
        const isOpen = this.#open.has(figure.key);
        const toggled = (/** @type {Event} */ event) => {
            const { open } = /** @type {HTMLDetailsElement} */ (event.target);
            if (open === this.#open.has(figure.key)) return;
            this.#open[open ? "add" : "delete"](figure.key);
            this.changed();
        };
        return html`<details class="values split" ?open=${isOpen} @toggle=${toggled}>
            <summary>${t("indicators.split")}</summary>
            ${isOpen ? html`${this.#chooser(figure, levels, level)} ${this.#table(figure, level)}` : nothing}
        </details>`;
    }

    /**
     * @param {Figure} figure
     * @param {Level[]} levels
     * @param {Level} level
     */
    #chooser({ key }, levels, level) {
        if (levels.length < 2) return nothing;
        const id = `level-${key.replace(/[^\w-]/g, "-")}`;
        const choose = (/** @type {Event} */ event) => this.app.store.set({ [LEVEL]: /** @type {HTMLSelectElement} */ (event.target).value });
        return html`<div class="field">
            <label for=${id}>${t("indicators.split_by")}</label>
            <select id=${id} @change=${choose}>
                ${levels.map((one) => html`<option value=${one.key} ?selected=${one.key === level.key}>${one.label}</option>`)}
            </select>
        </div>`;
    }

    /**
     * @param {Figure} figure
     * @param {Level} level
     */
    #table(figure, level) {
        const found = this.#fetched(figure, level.key);
        if (!found) return html`<p class="hint" aria-busy="true">${t("loading")}</p>`;
        if (found.problem) return html`<p class="hint">${found.problem}</p>`;
        return html`<table>
                <caption class="hidden">${t("indicators.split_of", { label: figure.label, parts: level.label })}</caption>
                <thead>
                    <tr><th scope="col">${level.label}</th><th scope="col" class="number">${t("indicators.actual_head")}</th></tr>
                </thead>
                <tbody>
                    ${found.parts.map(
                        (one) => html`<tr>
                            <th scope="row">${OTHER_PARTS.has(one.part) ? t(`report.part_of.${one.part}`) : one.part}</th>
                            <td class="number">${amount(one, figure)}</td>
                        </tr>`,
                    )}
                </tbody>
            </table>
            ${found.note ? html`<p class="hint">${found.note}</p>` : nothing}`;
    }

    /**
     * @param {Figure} figure
     * @param {string} level
     */
    #fetched({ key, period }, level) {
        const name = `${key} ${period} ${level}`;
        if (!this.#found.has(name)) {
            this.#found.set(name, null);
            void this.#fetch(name, key, period, level);
        }
        return this.#found.get(name) ?? null;
    }

    /**
     * @param {string} name
     * @param {string} key
     * @param {string} period
     * @param {string} level
     */
    async #fetch(name, key, period, level) {
        const { api } = this.app;
        const query = new URLSearchParams({ period, by: level, lang: api.language });
        try {
            const { parts, parts_note: note } = await api.get(`/api/kpis/${encodeURIComponent(key)}?${query}`);
            this.#found.set(name, { parts, note, problem: "" });
        } catch (error) {
            this.#found.set(name, { parts: [], note: null, problem: refusal(error) });
        }
        this.changed();
    }
}

/**
 * @param {Part} part
 * @param {Figure} figure
 */
function amount({ actual, suppressed, recorded }, figure) {
    if (suppressed) return t("indicators.suppressed");
    if (!recorded) return t("not_recorded");
    return partOf(actual, figure);
}
