/** What is likely to be a slip: amounts that are far from what belongs to them, land that others wait for. */

import { t } from "../shared/catalogue.js";
import { confirmAction } from "../shared/confirm_dialog.js";
import { quantity } from "../shared/format.js";

/** @typedef {import("./form.js").Form} Form */

/** By how much a price may differ from the ground value before it is asked about. */
const FACTOR = 5;
/** Of these, the price is that of a square metre of the ground. */
const BOUGHT = new Set(["sale"]);
/** Who is responsible for a record, and since when. */
const RESPONSIBLE = ["operator", "programme", "cluster"];
const SINCE = "responsible_since";
/** What takes land that others may wait for. */
const TAKING = new Set(["reserve", "sale", "ground_lease", "lease"]);

/**
 * Sentences about amounts that do not fit each other, to be confirmed before they are saved.
 * @param {Form} form
 * @returns {string[]}
 */
export function doubts(form) {
    return [...pricePerArea(form), ...askingPrice(form), ...smallestLot(form), ...waiting(form), ...withoutDay(form)];
}

/**
 * What is missing of a record that says nothing yet: an inquiry for anything, anywhere.
 * @param {Form} form
 * @param {unknown} geometry
 * @returns {string} a sentence, or an empty text
 */
export function missingContent(form, geometry) {
    const { anyOf = [] } = form.action;
    const known = anyOf.filter((name) => form.properties.has(name));
    if (!known.length || geometry || known.some((name) => form.values.get(name)?.trim())) return "";
    return t("form.nothing_said", { names: known.map((name) => form.property(name).title).join(", ") });
}

/** Ask whether what looks like a slip is meant, if there is any. @param {Form} form @returns {Promise<boolean>} */
export async function areMeant(form) {
    const found = doubts(form);
    if (!found.length) return true;
    return confirmAction(form.app, { title: t("doubt.title"), text: found.join(" "), yes: t("doubt.yes"), no: t("doubt.no") });
}

/** @param {Form} form @returns {string[]} */
function pricePerArea(form) {
    const [price, squareMetres] = [form.amount("price_eur"), form.amount("area_m2")];
    if (!BOUGHT.has(form.action.id) || !price || !squareMetres) return [];
    const value = groundValue(form);
    const each = price / squareMetres;
    if (!value || isNear(each, value)) return [];
    const words = { price: quantity(price, "€"), area: quantity(squareMetres, "m²"), each: quantity(each, "€/m²"), value: quantity(value, "€/m²") };
    return [t("doubt.price", words)];
}

/** @param {Form} form @returns {string[]} */
function askingPrice(form) {
    const price = form.amount("asking_price_eur_m2");
    const value = groundValue(form);
    if (!price || !value || isNear(price, value)) return [];
    return [t("doubt.asking_price", { price: quantity(price, "€/m²"), value: quantity(value, "€/m²") })];
}

/** The smallest lot of a plot that is smaller itself. @param {Form} form @returns {string[]} */
function smallestLot(form) {
    const [lot, plot] = [form.amount("min_lot_m2"), form.amount("official_area_m2")];
    return lot && plot && lot > plot ? [t("doubt.min_lot_m2", { area: quantity(lot, "m²"), plot: quantity(plot, "m²") })] : [];
}

/** Others who have waited for the land. @param {Form} form @returns {string[]} */
function waiting({ action, plot }) {
    const count = plot?.properties["queued"] ?? 0;
    return count && TAKING.has(action.id) && !action.isPromised ? [t("doubt.waiting", { count })] : [];
}

/** Another operator, programme or cluster without the day from which on. @param {Form} form @returns {string[]} */
function withoutDay(form) {
    if (!form.action.isEdit || !form.properties.has(SINCE)) return [];
    const differs = (/** @type {string} */ name) => form.properties.has(name) && form.values.get(name) !== form.began.get(name);
    return RESPONSIBLE.some(differs) && !differs(SINCE) ? [t("doubt.without_day", { since: form.property(SINCE).title })] : [];
}

/** The ground value in the form, else the plot's. @param {Form} form @returns {number | null} */
const groundValue = (form) => form.amount("ground_value_eur_m2") ?? form.plot?.properties["ground_value_eur_m2"] ?? null;

/** @param {number} one @param {number} other */
const isNear = (one, other) => one * FACTOR >= other && one <= other * FACTOR;
