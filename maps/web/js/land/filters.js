/** The plot filters as data: each filter's property, its kind of input, and its condition. */

import { all, compare, fulfils, oneOf } from "./cql.js";
import { daysAhead } from "../shared/days.js";

/** @typedef {import("./cql.js").Expression} Expression */
/** @typedef {import("./cql.js").Properties} Properties */
/** @typedef {"text" | "range" | "codes" | "severity" | "flag" | "at_most" | "since" | "ends_within"} Kind */
/**
 * @typedef {object} Filter
 * @property {string} property a property of the plots; the filter is omitted if the reader does not see it
 * @property {Kind} kind
 * @property {"size" | "use" | "state" | "place" | "price"} group
 * @property {number[]} [steps] values to choose from
 * @property {number} [factor] from the unit entered to the unit stored, such as 1000 from kilometres to metres
 * @property {string} [unit] the unit entered
 */

/** As the service describes them (geo/land/plot_filters.py), which evaluates saved searches. @type {readonly Filter[]} */
export const FILTERS = JSON.parse(document.body.dataset["config"] ?? "{}").filters ?? [];

export const GROUPS = /** @type {const} */ (["size", "use", "state", "place", "price"]);
const PREFIX = "f.";

/** @param {Filter} filter */
export const stateName = (filter) => PREFIX + filter.property;

/**
 * The condition of one filter, or null if it is not set.
 * @param {Filter} filter
 * @param {string} text as in the state
 * @returns {Expression | null}
 */
export function condition({ property, kind, factor = 1 }, text) {
    if (!text) return null;
    switch (kind) {
        case "text":
            return contains(["name", "address", "plan_name"], text);
        case "codes":
            return oneOf(property, text.split(","));
        case "flag":
            return compare(property, "=", text === "1");
        case "since":
            return compare(property, ">=", { date: text });
        case "ends_within":
            return compare(property, "<=", { date: daysAhead(Number(text)) });
        case "severity":
            return oneOf(property, text === "none" ? ["none"] : ["none", "minor"]);
        case "at_most":
            return compare(property, "<=", Number(text) * factor);
        case "range": {
            const [least, most] = text.split("..").map((part) => (part.trim() === "" ? null : Number(part)));
            return all([
                ...(least === null || least === undefined ? [] : [compare(property, ">=", least)]),
                ...(most === null || most === undefined ? [] : [compare(property, "<=", most)]),
            ]);
        }
    }
}

/**
 * @param {string[]} properties
 * @param {string} text
 * @returns {Expression}
 */
function contains(properties, text) {
    const like = `%${text.toLowerCase().replace(/[%_\\]/g, "")}%`;
    const parts = properties.map((property) => ({
        op: "like",
        args: [{ op: "casei", args: [{ property }] }, { op: "casei", args: [like] }],
    }));
    return { op: "or", args: parts };
}

/**
 * The conditions of all active filters, by property.
 * @param {Readonly<Record<string, string>>} state
 * @returns {Map<string, Expression>}
 */
export function conditions(state) {
    /** @type {Map<string, Expression>} */
    const found = new Map();
    for (const filter of FILTERS) {
        const one = condition(filter, state[stateName(filter)] ?? "");
        if (one !== null) found.set(filter.property, one);
    }
    return found;
}

/**
 * The number of records that each value of a filter would leave, given all other filters.
 * @param {string} property
 * @param {Map<string, Expression>} set
 * @param {readonly {properties: Properties}[]} records
 * @returns {Map<string, number>}
 */
export function counts(property, set, records) {
    const others = all([...set].filter(([name]) => name !== property).map(([, one]) => one));
    /** @type {Map<string, number>} */
    const found = new Map();
    for (const { properties } of records) {
        const key = String(properties[property]);
        if (fulfils(others, properties)) found.set(key, (found.get(key) ?? 0) + 1);
    }
    return found;
}
