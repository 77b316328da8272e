/** The list of hits: a sortable table, which is also the accessible equivalent of the map. */

import { t } from "../shared/catalogue.js";
import { number, quantity } from "../shared/format.js";
import { Selection } from "../land/selection.js";
import { html, nothing, render, repeat } from "../lib/lit.js";
import { endMark } from "../land/reservation_words.js";

/** @typedef {import("../land/plots.js").Plot} Plot */

const PAGE = 50;
/** The table's columns, of which only those are shown that the reader may see. */
const COLUMNS = [
    "name",
    "status",
    "remaining_m2",
    "zoning",
    "horizon",
    "asking_price_eur_m2",
    "divisible",
    "restriction",
    "fibre_m",
    "district",
];

/** The columns of the list in order. @param {import("../page/app.js").App} app */
export const shownColumns = ({ properties }) => COLUMNS.filter((name) => properties.has(name));

/**
 * Buttons after a plot's name in the list, registered by other modules.
 * @type {((app: import("../page/app.js").App, plot: Plot) => unknown)[]}
 */
export const ROW_TOOLS = [];

/** The ranking shown while plots are matched: the matches, their total number, and a function that fetches more.
 * @typedef {{matches: {id: number, rank: number, score: number | null}[], all: number, more: () => void}} Ranking */

/** Columns that show codes instead of labels, since everybody in the field uses the codes. */
const SHORT = new Set(["zoning"]);

export class Table {
    #page = 0;
    /** Renders other content instead of the plots while it is set. @type {(() => unknown) | null} */
    instead = null;
    /** @type {Ranking | null} */
    ranking = null;

    /**
     * @param {HTMLElement} root
     * @param {import("../page/app.js").App} app
     */
    constructor(root, app) {
        this.root = root;
        this.app = app;
        this.selection = new Selection(app);
    }

    /** Return to the first page, after the hits have changed. */
    restart() {
        this.#page = 0;
        this.root.querySelector(".rows")?.scrollTo(0, 0);
        this.render();
    }

    render() {
        if (this.instead) return void render(this.instead(), this.root);
        const { ranked } = this;
        if (this.ranking && ranked) return void render(this.#byRank(this.ranking, ranked), this.root);
        const { plots, state } = this.app;
        const columns = shownColumns(this.app);
        this.#page = Math.min(this.#page, Math.max(Math.ceil(plots.hits.length / PAGE) - 1, 0));
        const from = this.#page * PAGE;
        const rows = plots.hits.slice(from, from + PAGE);
        render(
            html`${this.selection.bar()}
                <div class="rows" tabindex="0" role="region" aria-label=${t("table.title")}>
                    <table>
                        <thead>
                            <tr>
                                ${this.selection.heading()} ${columns.slice(0, 1).map((name) => this.#heading(name))}
                                ${ROW_TOOLS.length ? html`<th scope="col"><span class="hidden">${t("table.tools")}</span></th>` : nothing}
                                ${columns.slice(1).map((name) => this.#heading(name))}
                            </tr>
                        </thead>
                        <tbody>
                            ${repeat(
                                rows,
                                (plot) => plot.id,
                                (plot) => this.#row(plot, columns, state["selected"] === `plots/${plot.id}`),
                            )}
                        </tbody>
                    </table>
                    ${plots.hits.length ? nothing : this.#empty()}
                </div>
                ${plots.hits.length > PAGE ? this.#pager(from, rows.length) : nothing}`,
            this.root,
        );
    }

    /** The ids of the list's plots in order, those of other pages too. */
    get #order() {
        return this.ranked?.map(({ id }) => id) ?? this.app.plots.hits.map(({ id }) => id);
    }

    /** The ranked plots that the page holds, or null if there is no ranking. */
    get ranked() {
        const rows = this.ranking?.matches.flatMap((one) => {
            const plot = this.app.plots.byId.get(one.id);
            return plot ? [{ ...one, plot }] : [];
        });
        return rows?.length ? rows : null;
    }

    /**
     * @param {Ranking} ranking
     * @param {{plot: Plot, rank: number, score: number | null}[]} rows
     */
    #byRank({ all, more }, rows) {
        const { properties, state } = this.app;
        const columns = shownColumns(this.app);
        const [first = "", ...others] = columns;
        const plain = (/** @type {string} */ name) => html`<th scope="col" class="plain ${kindOf(properties.get(name))}">${t(`column.${name}`)}</th>`;
        return html`${this.selection.bar()}
            <div class="rows" tabindex="0" role="region" aria-label=${t("table.ranked")}>
                <table class="by-rank">
                    <thead>
                        <tr>
                            ${this.selection.heading()}
                            <th scope="col" class="plain number" aria-sort="ascending">${t("column.rank")}</th>
                            ${first ? plain(first) : nothing}
                            ${ROW_TOOLS.length ? html`<th scope="col"><span class="hidden">${t("table.tools")}</span></th>` : nothing}
                            <th scope="col" class="plain number">${t("column.score")}</th>
                            ${others.map(plain)}
                        </tr>
                    </thead>
                    <tbody>
                        ${repeat(
                            rows,
                            ({ plot }) => plot.id,
                            ({ plot, rank, score }) => this.#row(plot, columns, state["selected"] === `plots/${plot.id}`, { rank, score }),
                        )}
                    </tbody>
                </table>
            </div>
            <nav class="pager" aria-label=${t("table.pages")}>
                <span>${t("table.ranked_range", { shown: number(rows.length), all: number(all) })}</span>
                ${rows.length < all ? html`<button type="button" @click=${more}>${t("match.more", { count: all - rows.length })}</button>` : nothing}
            </nav>`;
    }

    /** @param {string} name */
    #heading(name) {
        const { properties, store } = this.app;
        const sort = store.get("sort") || "name";
        const property = sort.replace(/^-/, "");
        const isSorted = property === name;
        const isDown = sort.startsWith("-");
        const next = isSorted && !isDown ? `-${name}` : name;
        const found = properties.get(name);
        return html`<th scope="col" aria-sort=${isSorted ? (isDown ? "descending" : "ascending") : "none"} class=${kindOf(found)}>
            <button type="button" @click=${() => store.set({ sort: next === "name" ? "" : next })}>
                ${t(`column.${name}`)}<span class="arrow" aria-hidden="true">${isSorted ? (isDown ? "▼" : "▲") : ""}</span>
            </button>
        </th>`;
    }

    /**
     * @param {Plot} plot
     * @param {string[]} columns
     * @param {boolean} isSelected
     * @param {{rank: number, score: number | null} | null} [matched]
     */
    #row(plot, columns, isSelected, matched = null) {
        const open = () => this.app.select(`plots/${plot.id}`);
        const [first = "", ...others] = columns;
        return html`<tr class=${isSelected ? "selected" : ""} @click=${open}>
            ${this.selection.cell(plot, () => this.#order)} ${matched ? html`<td class="number">${matched.rank}</td>` : nothing}
            <th scope="row">
                <button type="button" class="link" aria-pressed=${isSelected}>${plot.properties[first] ?? plot.id}</button>${this.app.live.mark(`plots/${plot.id}`)}
            </th>
            ${ROW_TOOLS.length ? html`<td class="row-tools" @click=${stop}>${ROW_TOOLS.map((tool) => tool(this.app, plot))}</td>` : nothing}
            ${matched ? html`<td class="number"><strong>${shownScore(matched.score)}</strong></td>` : nothing}
            ${others.map((name) => this.#cell(name, plot.properties))}
        </tr>`;
    }

    /**
     * @param {string} name
     * @param {Readonly<Record<string, any>>} properties
     */
    #cell(name, properties) {
        const property = this.app.properties.get(name);
        const value = properties[name];
        if (name === "status") {
            const tag = html`<span class="tag status-${value}">${this.app.value(name, value)}</span>`;
            return html`<td>${tag} ${endMark(this.app, properties)}</td>`;
        }
        // The filter and the drawer show the codes' full labels.
        const shown = SHORT.has(name) ? (value ?? t("missing")) : this.app.value(name, value);
        return html`<td class=${kindOf(property)}>${shown}</td>`;
    }

    #empty() {
        const clear = () => this.app.clearFilters();
        if (!this.app.plots.records.length) {
            return html`<div class="empty"><p><strong>${t("table.no_plots")}</strong></p><p>${t("table.no_plots_hint")}</p></div>`;
        }
        return html`<div class="empty">
            <p><strong>${t("table.no_hits")}</strong></p>
            <p>${t("table.no_hits_hint")}</p>
            <button type="button" @click=${clear}>${t("filters.clear")}</button>
        </div>`;
    }

    /**
     * @param {number} from
     * @param {number} shown
     */
    #pager(from, shown) {
        const all = this.app.plots.hits.length;
        const go = (/** @type {number} */ by) => () => {
            this.#page += by;
            this.render();
        };
        return html`<nav class="pager" aria-label=${t("table.pages")}>
            <button type="button" ?disabled=${from === 0} @click=${go(-1)}>${t("table.previous")}</button>
            <span>${t("table.range", { from: number(from + 1), to: number(from + shown), all: number(all) })}</span>
            <button type="button" ?disabled=${from + shown >= all} @click=${go(1)}>${t("table.next")}</button>
        </nav>`;
    }
}

/** A score as text. It is never rounded up to 100, which means a perfect score. @param {number | null} score */
export const shownScore = (score) => (score === null ? t("missing") : number(score < 100 ? Math.min(score, 99) : score));

/** Keep a click on a tool from opening the row. @param {Event} event */
const stop = (event) => event.stopPropagation();

/** @param {import("../shared/schema.js").Property | undefined} property */
function kindOf(property) {
    return property?.type === "number" ? "number" : "";
}

/**
 * A value as formatted text.
 * @param {import("../shared/schema.js").Property | undefined} property
 * @param {any} value
 * @returns {string}
 */
export function shownValue(property, value) {
    if (value === null || value === undefined || value === "") return t("missing");
    if (Array.isArray(value)) return value.map((each) => shownValue(property, each)).join(", ");
    if (property?.codes) return property.codes.get(String(value)) ?? String(value);
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    if (typeof value === "number") return property?.unit ? quantity(value, property.unit) : number(value, 2);
    return String(value);
}
