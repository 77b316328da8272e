/** A plot's facts in groups; the schema provides the properties and their labels. */

import { t } from "../shared/catalogue.js";
import { day, percent } from "../shared/format.js";
import { html, nothing } from "../lib/lit.js";
import { endMark, queueMark } from "./reservation_words.js";

/** @typedef {import("../page/app.js").App} App */

/** The properties of each group in order; those that the reader may not see are omitted. */
const GROUPS = {
    land: ["remaining_m2", "reserved_m2", "area_m2", "divisible", "min_lot_m2", "zoning", "plan_name", "site_coverage_ratio", "floor_area_ratio"],
    offer: ["status", "horizon", "available_from", "offered_on", "ownership", "servicing", "brownfield", "restriction", "checked_on"],
    price: ["asking_price_eur_m2", "ground_value_eur_m2", "ground_value_on", "ground_value_zone"],
    place: ["address", "district", "parcels", "fibre_m", "atlas_fibre_percent", "atlas_gigabit_percent", "atlas_on", "motorway_m", "rail_m", "port_m"],
};

/** @type {import("../page/detail.js").Section} */
export const summary = {
    id: "summary",
    isHead: true,
    isFor: () => true,
    view: (app, { properties }) => html`<p class="summary">
            <span class="tag status-${properties.status}">${app.value("status", properties.status)}</span>
            ${endMark(app, properties)} ${queueMark(properties)}
            <span class="where">${[properties.address, properties.district].filter(Boolean).join(" · ")}</span>
        </p>
        ${properties.description ? html`<p>${properties.description}</p>` : nothing}`,
};

/** @type {import("../page/detail.js").Section[]} */
export const facts = Object.entries(GROUPS).map(([id, names]) => ({
    id,
    isFor: (/** @type {App} */ app) => names.some((name) => app.properties.has(name)),
    view: (/** @type {App} */ app, /** @type {any} */ { properties }) => html`<dl class="facts">
        ${names
            .filter((name) => app.properties.has(name))
            .map((name) => fact(app.properties.get(name)?.title ?? name, shown(app, name, properties[name])))}
        ${id === "price" ? markup(properties) : nothing}
    </dl>`,
}));

/**
 * @param {App} app
 * @param {string} name
 * @param {any} value
 */
function shown(app, name, value) {
    return app.properties.get(name)?.format === "date" ? day(value) : app.value(name, value);
}

/**
 * @param {string} title
 * @param {unknown} value
 */
const fact = (title, value) => html`<div><dt>${title}</dt><dd>${value}</dd></div>`;

/** @param {any} properties */
function markup(properties) {
    const found = markupText(properties);
    return found ? fact(t("detail.markup"), found) : nothing;
}

/**
 * The markup of the asking price over the ground value, or an empty text if one of them is unknown.
 * @param {any} properties
 */
export function markupText({ asking_price_eur_m2: price, ground_value_eur_m2: value }) {
    if (!price || !value) return "";
    const found = price / value - 1;
    return `${found > 0 ? "+" : ""}${percent(found, 1)}`;
}
