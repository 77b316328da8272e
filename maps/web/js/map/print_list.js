/** Printing the list: the map, its legend, the filters and all hits. An open drawer is printed instead (print_view.js). */

import { t } from "../shared/catalogue.js";
import { filterTexts } from "../land/filter_words.js";
import { day, instant, number } from "../shared/format.js";
import { html, nothing, render } from "../lib/lit.js";
import { isInternal } from "../shared/session.js";
import { shownScore } from "../records/table.js";

/** @typedef {import("../page/app.js").App} App */

const COLUMNS = ["name", "status", "remaining_m2", "zoning", "horizon", "asking_price_eur_m2", "divisible", "restriction", "district"];
const MOST = 1000;

/**
 * Render the printed list whenever the browser is about to print.
 * @param {App} app
 */
export function preparePrintList(app) {
    const sheet = document.body.appendChild(Object.assign(document.createElement("div"), { id: "print" }));
    addEventListener("beforeprint", () => {
        // A selected record is printed from the drawer, and a map to scale from its own sheet.
        if (!app.isLoaded || app.store.get("selected") || document.body.classList.contains("has-map-sheet")) return;
        document.body.classList.add("has-print");
        render(view(app), sheet);
    });
    addEventListener("afterprint", () => {
        document.body.classList.remove("has-print");
        render(nothing, sheet);
    });
}

/** @param {App} app */
function view(app) {
    const { hits, records } = app.plots;
    const filters = filterTexts(app);
    return html`<header>
            <h1>${t("title")}</h1>
            <p>${t("print.as_of", { day: day(new Date().toISOString()) })}${isInternal(app.session) ? html` · <strong>${t("print.internal")}</strong>` : nothing}</p>
        </header>
        <p ?hidden=${Boolean(app.table.instead ?? app.table.ranked)}>
            <strong>${number(hits.length)}</strong> ${t("filters.of", { all: number(records.length) })}${filters.length ? html` · ${filters.join(" · ")}` : nothing}
        </p>
        ${picture(app)} ${attribution(app)} ${shownSigns(app)} ${app.table.instead ? copyOfList(app) : list(app)}
        <p class="hint">${t("print.imprint", { day: instant(new Date().toISOString()), address: location.href })}</p>`;
}

/** A copy of the map's canvas, redrawn first because browsers clear it after display. @param {App} app */
function picture(app) {
    const { map } = app.map;
    const shown = map.getCanvas();
    const copy = Object.assign(document.createElement("canvas"), { width: shown.width, height: shown.height });
    map.redraw();
    copy.getContext("2d")?.drawImage(shown, 0, 0);
    copy.className = "print-map";
    return copy;
}

/** @param {App} app */
function attribution({ map }) {
    return map.attribution ? html`<p class="hint">${t("background.sources")}: ${map.attribution}</p>` : nothing;
}

/** The legend entries shown on the map. @param {App} app */
export function shownSigns(app) {
    const labels = [.../** @type {NodeListOf<HTMLLabelElement>} */ (app.places.legend.querySelectorAll("label"))];
    const shown = labels.filter((label) => label.querySelector("canvas") && label.querySelector("input")?.checked);
    return html`<ul class="print-legend">
        ${shown.map((label) => html`<li>${copyOf(label.querySelector("canvas"))} ${label.textContent?.trim()}</li>`)}
    </ul>`;
}

/** @param {HTMLCanvasElement | null} canvas */
function copyOf(canvas) {
    if (!canvas) return nothing;
    const copy = /** @type {HTMLCanvasElement} */ (canvas.cloneNode());
    copy.getContext("2d")?.drawImage(canvas, 0, 0);
    return copy;
}

/** @param {App} app */
function list(app) {
    const columns = COLUMNS.filter((name) => app.properties.has(name));
    const { ranked } = app.table;
    const hits = ranked?.map(({ plot }) => plot) ?? app.plots.hits;
    return html`<table>
            <thead>
                <tr>${ranked ? html`<th scope="col" class="number">${t("column.rank")}</th><th scope="col" class="number">${t("column.score")}</th>` : nothing}${columns.map((name) => html`<th scope="col" class=${numeric(app, name)}>${t(`column.${name}`)}</th>`)}</tr>
            </thead>
            <tbody>
                ${hits.slice(0, MOST).map(
                    ({ properties }, at) =>
                        html`<tr>${ranked ? html`<td class="number">${ranked[at]?.rank}</td><td class="number">${shownScore(ranked[at]?.score ?? null)}</td>` : nothing}${columns.map((name) => html`<td class=${numeric(app, name)}>${name === "zoning" ? (properties[name] ?? t("missing")) : app.value(name, properties[name])}</td>`)}</tr>`,
                )}
            </tbody>
        </table>
        ${hits.length > MOST ? html`<p>${t("print.more", { count: number(hits.length - MOST) })}</p>` : nothing}`;
}

/** @param {App} app */
function copyOfList(app) {
    return [app.places.table.querySelector("header"), app.places.table.querySelector("table")].map((part) => part?.cloneNode(true) ?? nothing);
}

/**
 * @param {App} app
 * @param {string} name
 */
const numeric = (app, name) => (app.properties.get(name)?.type === "number" ? "number" : "");
