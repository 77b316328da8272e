/** The matching's input: how the state stores it, and the requests built from it. */

import { useName } from "../shared/use_names.js";

/** @typedef {import("../shared/state.js").State} State */
/** @typedef {{key: string, label: string, fit: "fits" | "partly" | "does_not_fit" | "unknown", degree: number | null, weight: number, hard: boolean, reason: string}} Verdict */
/** @typedef {{score: number | null, known_percent: number, fails: string[], criteria: Verdict[]}} Judged */
/** @typedef {Judged & {rank: number | null, plot: any}} Match */
/** @typedef {{key: string, label: string, hint: string, asked: boolean, hard: boolean, weight: number, default_hard: boolean, default_weight: number, excluded: number, excluded_alone: number}} Criterion */
/** @typedef {{inquiry: any, offered: number, matched: number, fitting: number, excluded: number, criteria: Criterion[], matches: Match[], excluded_plots: Match[], plot: Match | null}} Answer */

export const PREFIX = "match.";
/** How many excluded plots are listed. */
const MISSES = 50;
/** The value for "no hard criterion", since the state drops empty texts. */
const NO_HARD = "-";

const NUMBERS = ["min_m2", "max_m2", "near_m", "budget_eur_m2"];
const TEXTS = ["use", "zoning", "tenure", "access", "needed_by"];
const FLAGS = ["divisible", "fibre_required"];
const WISHES = [...NUMBERS, ...TEXTS, ...FLAGS, "districts", "place"];

/**
 * The state's name for a wish or a choice.
 * @param {string} name
 */
export const stateKey = (name) => PREFIX + name;

/**
 * Whether any wish is set.
 * @param {State} state
 */
export const hasWishes = (state) => ["inquiry", ...WISHES].some((name) => state[stateKey(name)]);

/**
 * Whether the maximum size is smaller than the minimum.
 * @param {State} state
 */
export function areSizesSwapped(state) {
    const [least, most] = [state[stateKey("min_m2")], state[stateKey("max_m2")]];
    return Boolean(least && most && Number(most) < Number(least));
}

/** A patch of the state that removes all wishes and choices. */
export const emptyWishes = () =>
    Object.fromEntries(["inquiry", "weights", "hard", "why", ...WISHES].map((name) => [stateKey(name), ""]));

/**
 * A patch of the state that copies the wishes of a recorded inquiry, to vary them.
 * @param {any} inquiry as in an answer
 */
export function wishesOf(inquiry) {
    const text = (/** @type {string} */ name) => inquiry[name] ?? "";
    return {
        [stateKey("inquiry")]: "",
        ...Object.fromEntries([...NUMBERS, ...TEXTS].map((name) => [stateKey(name), text(name)])),
        [stateKey("use")]: useName(inquiry.use),
        ...Object.fromEntries(FLAGS.map((name) => [stateKey(name), inquiry[name] ? "1" : ""])),
        [stateKey("districts")]: inquiry.districts.join(","),
        [stateKey("place")]: inquiry.place ? inquiry.place.map((/** @type {number} */ one) => one.toFixed(5)).join(",") : "",
    };
}

/**
 * The request for the matches of the state's wishes.
 * @param {State} state
 * @param {string} language
 * @param {number} limit
 * @param {number | null} plot to include whatever its rank
 * @returns {{method: string, path: string, body?: Record<string, unknown>}}
 */
export function matchRequest(state, language, limit, plot) {
    const get = (/** @type {string} */ name) => state[stateKey(name)] ?? "";
    const excluded = get("why") ? { excluded: MISSES } : {};
    const included = plot === null ? {} : { plot };
    if (get("inquiry")) {
        const query = new URLSearchParams({ lang: language, limit: String(limit) });
        for (const [name, value] of Object.entries({ ...excluded, ...included })) query.set(name, String(value));
        if (get("weights")) query.set("weights", get("weights"));
        if (get("hard")) query.set("hard", get("hard").replace(NO_HARD, ""));
        return { method: "GET", path: `/api/inquiries/${encodeURIComponent(get("inquiry"))}/matches?${query}` };
    }
    const body = { ...wishes(get), ...choices(get), ...excluded, ...included, limit };
    return { method: "POST", path: `/api/matches?lang=${language}`, body };
}

/** @param {(name: string) => string} get */
function wishes(get) {
    /** @type {Record<string, unknown>} */
    const found = {};
    for (const name of NUMBERS) if (get(name)) found[name] = Number(get(name));
    for (const name of TEXTS) if (get(name)) found[name] = get(name);
    for (const name of FLAGS) if (get(name)) found[name] = true;
    if (get("districts")) found["districts"] = get("districts").split(",");
    if (get("place")) found["geometry"] = { type: "Point", coordinates: place(get("place")) };
    return found;
}

/**
 * The wishes typed in, as the columns of an inquiry and its place.
 * @param {State} state
 */
export function inquiryRecord(state) {
    const { geometry, ...columns } = wishes((name) => state[stateKey(name)] ?? "");
    return { columns, at: place(state[stateKey("place")] ?? "") };
}

/** @param {(name: string) => string} get */
function choices(get) {
    return {
        ...(get("weights") ? { weights: Object.fromEntries(weights(get("weights"))) } : {}),
        ...(get("hard") ? { hard: get("hard").replace(NO_HARD, "").split(",").filter(Boolean) } : {}),
    };
}

/**
 * @param {string} text as in the state
 * @returns {Map<string, number>}
 */
function weights(text) {
    const parts = text.split(",").filter(Boolean).map((part) => part.split(":"));
    return new Map(parts.map(([key = "", value]) => [key, Number(value)]));
}

/**
 * A criterion's weight by the state.
 * @param {State} state
 * @param {Criterion} criterion
 */
export const weightOf = (state, { key, default_weight }) => weights(state[stateKey("weights")] ?? "").get(key) ?? default_weight;

/**
 * Whether a criterion is hard, by the state.
 * @param {State} state
 * @param {Criterion} criterion
 */
export function isHard(state, { key, default_hard }) {
    const text = state[stateKey("hard")];
    return text ? text.split(",").includes(key) : default_hard;
}

/**
 * A patch of the state that sets a criterion's weight; the default weight is not stored.
 * @param {State} state
 * @param {Criterion} criterion
 * @param {number} weight
 */
export function withWeight(state, criterion, weight) {
    const found = weights(state[stateKey("weights")] ?? "");
    if (weight === criterion.default_weight) found.delete(criterion.key);
    else found.set(criterion.key, weight);
    return { [stateKey("weights")]: [...found].map(([key, value]) => `${key}:${value}`).join(",") };
}

/**
 * A patch of the state that makes a criterion hard or soft; the defaults are not stored.
 * @param {State} state
 * @param {readonly Criterion[]} criteria
 * @param {string} key
 * @param {boolean} isWanted
 */
export function withHard(state, criteria, key, isWanted) {
    const wanted = criteria.filter((one) => (one.key === key ? isWanted : isHard(state, one))).map((one) => one.key);
    const usual = criteria.filter((one) => one.default_hard).map((one) => one.key);
    const isUsual = wanted.join() === usual.join();
    return { [stateKey("hard")]: isUsual ? "" : wanted.join(",") || NO_HARD };
}

/**
 * Longitude and latitude of a place in the state.
 * @param {string} text
 * @returns {[number, number] | null}
 */
export function place(text) {
    const [longitude, latitude] = text.split(",").map(Number);
    return Number.isFinite(longitude) && Number.isFinite(latitude) ? [Number(longitude), Number(latitude)] : null;
}
