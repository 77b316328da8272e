/** The list as it is on the screen, as files for spreadsheets: its columns, its order, the hits or the chosen rows. */

import { t } from "../shared/catalogue.js";
import { fileButton } from "./download.js";
import { number } from "../shared/format.js";
import { html, live, nothing } from "../lib/lit.js";
import { isInternal } from "../shared/session.js";
import { shownColumns } from "../records/table.js";

/** @typedef {import("../page/app.js").App} App */

const FORMATS = /** @type {const} */ (["xlsx-labelled", "csv-excel"]);
/** Which rows: the chosen ones, unless it says `hits`. */
const ROWS = "handout.rows";
/** Whether the file has what only insiders see. */
const INTERNAL = "handout.internal";

/**
 * @param {App} app
 * @param {string} language
 */
export function shownList(app, language) {
    const chosen = app.table.selection.plots;
    const ofHits = !chosen.length || app.store.get(ROWS) === "hits";
    const plots = ofHits ? app.plots.hits : chosen;
    const isForInsiders = isInternal(app.session) && Boolean(app.store.get(INTERNAL));
    const offered = plots.filter(({ properties }) => properties["on_offer"]).length;
    const change = (/** @type {Event} */ event) => app.store.set({ [INTERNAL]: /** @type {HTMLInputElement} */ (event.target).checked ? "1" : "" });
    const path = (/** @type {string} */ f) => listPath(app, f, language, ofHits, isForInsiders);
    return html`<section>
        <h3>${t("handout.list")}</h3>
        <p class="hint">${t("handout.list_hint")}</p>
        ${chosen.length ? html`${rows(app, "", t("handout.rows_chosen", { count: number(chosen.length) }), !ofHits)} ${rows(app, "hits", t("handout.rows_hits", { count: number(app.plots.hits.length) }), ofHits)}` : nothing}
        ${isInternal(app.session)
            ? html`<label class="check"><input type="checkbox" .checked=${live(isForInsiders)} @change=${change} /> <span>${t("handout.list_internal")}</span></label>`
            : nothing}
        <p class="hint" role="status">${isForInsiders ? t("handout.list_all", { count: number(plots.length) }) : t("handout.list_public", { offered: number(offered), count: number(plots.length) })}</p>
        <p class="files">${FORMATS.map((f) => fileButton(app, t(`handout.${f}`), path(f)))}</p>
    </section>`;
}

/**
 * @param {App} app
 * @param {string} value
 * @param {string} label
 * @param {boolean} isOn
 */
const rows = (app, value, label, isOn) => html`<label class="check">
    <input type="radio" name="handout-rows" .checked=${live(isOn)} @change=${() => app.store.set({ [ROWS]: value })} /> <span>${label}</span>
</label>`;

/**
 * @param {App} app
 * @param {string} f
 * @param {string} language
 * @param {boolean} ofHits
 * @param {boolean} isForInsiders
 */
function listPath(app, f, language, ofHits, isForInsiders) {
    const isShown = (/** @type {string} */ name) => isForInsiders || !app.properties.get(name)?.document["x-flurwerk-internal"];
    const { filter } = app.plots;
    const { selection } = app.table;
    const ids = selection.plots.map(({ id }) => id).sort((a, b) => a - b);
    const condition = ofHits || selection.isAllHits ? filter : { op: "in", args: [{ property: "id" }, ids] };
    const sort = app.store.get("sort") || "name";
    const parameters = new URLSearchParams({
        f,
        lang: language,
        audience: isForInsiders ? "internal" : "public",
        properties: shownColumns(app).filter(isShown).join(","),
        // By a column that is not in the file nobody could follow its order.
        sortby: isShown(sort.replace(/^-/, "")) ? sort : "name",
        ...(condition && { "filter-lang": "cql2-json", filter: JSON.stringify(condition) }),
    });
    // A reader of public records has no other audience to choose.
    if (!isInternal(app.session)) parameters.delete("audience");
    return `/api/collections/plots/items?${parameters}`;
}
