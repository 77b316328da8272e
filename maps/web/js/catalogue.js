/** The page's texts, in the language that it was asked for. Every text stands in messages/*.json under its key. */

/** @type {Record<string, string>} */
let messages = {};

/** @type {"de" | "en"} */
export let language = "de";

/**
 * Fetch the texts.
 * @param {string} assets
 * @param {"de" | "en"} wanted
 */
export async function load(assets, wanted) {
    const response = await fetch(`${assets}/messages/${wanted}.json`);
    messages = await response.json();
    language = wanted;
}

/**
 * The text of a key, with the values put in for `{name}`. Where `key.one` exists and `count` is 1, that is taken.
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
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
