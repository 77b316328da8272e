/**
 * The page's texts in its language, from messages/*.json, and its units, which the service describes (geo/units.py).
 */

/** @type {Record<string, string>} */
let messages = {};

/** @type {"de" | "en"} */
export let language = "de";

/** @typedef {{decimals: number, part_decimals: number, record_decimals: number | null}} Unit */

/** The units that follow a number, by their symbol. @type {Record<string, Unit>} */
let units = {};

/** What texts say of the city: its reference system and law, by the name of the place in a text. @type {Record<string, string>} */
export let facts = {};

/**
 * Fetch the texts, and store the units and the city's facts.
 * @param {string} assets
 * @param {{language: "de" | "en", units: Record<string, Unit>, facts: Record<string, string>}} settings
 */
export async function load(assets, settings) {
    const response = await fetch(`${assets}/messages/${settings.language}.json`);
    messages = await response.json();
    language = settings.language;
    units = settings.units;
    facts = settings.facts;
}

/**
 * The unit with this symbol; undefined for counts and for units entered by hand.
 * @param {string} symbol
 * @returns {Unit | undefined}
 */
export const unitOf = (symbol) => units[symbol];

/**
 * The text of a key, with values for its `{name}` placeholders, or the city's facts of that name. If `count` is 1, `KEY.one` is used if it exists.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
    const text = (values["count"] === 1 || values["count"] === "1" ? messages[`${key}.one`] : undefined) ?? messages[key];
    if (text === undefined) {
        console.error(`No text “${key}” in the catalogue`);
        return key;
    }
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? facts[name] ?? ""));
}
