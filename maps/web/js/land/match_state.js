/** What is asked of the matching, as the state keeps it and as the service understands it. */

import { useInWords } from "../shared/use_names.js";

/** @typedef {import("../shared/state.js").State} State */
/** @typedef {{key: string, label: string, fit: "fits" | "partly" | "does_not_fit" | "unknown", degree: number | null, weight: number, hard: boolean, reason: string}} Verdict */
/** @typedef {{score: number | null, known_percent: number, fails: string[], criteria: Verdict[]}} Judged */
/** @typedef {Judged & {rank: number | null, plot: any}} Match */
/** @typedef {{key: string, label: string, hint: string, asked: boolean, hard: boolean, weight: number, default_hard: boolean, default_weight: number, excluded: number}} Criterion */
/** @typedef {{inquiry: any, offered: number, matched: number, excluded: number, criteria: Criterion[], matches: Match[], excluded_plots: Match[], plot: Match | null}} Answer */

export const PREFIX = "match.";
/** How many of the excluded are told when one asks why. */
const MISSES = 50;
/** Stands for "no hard criterion": an empty text would not be kept. */
const NO_HARD = "-";

const NUMBERS = ["min_m2", "max_m2", "near_m", "budget_eur_m2"];
const TEXTS = ["use", "zoning", "tenure", "access", "needed_by"];
const FLAGS = ["divisible", "fibre_required"];
const WISHES = [...NUMBERS, ...TEXTS, ...FLAGS, "districts", "place"];

/**
 * The name under which the state keeps a wish or a choice.
 * @param {string} name
 */
export const named = (name) => PREFIX + name;

/**
 * Whether anything is looked for.
 * @param {State} state
 */
export const isAsked = (state) => ["inquiry", ...WISHES].some((name) => state[named(name)]);

/**
 * Whether the largest size is less than the smallest.
 * @param {State} state
 */
export function areSizesSwapped(state) {
    const [least, most] = [state[named("min_m2")], state[named("max_m2")]];
    return Boolean(least && most && Number(most) < Number(least));
}

/** A change of the state that takes all wishes and choices away. */
export const nothingAsked = () =>
    Object.fromEntries(["inquiry", "weights", "hard", "why", ...WISHES].map((name) => [named(name), ""]));

/**
 * A change of the state that asks for what a recorded inquiry asks for, to be varied.
 * @param {any} inquiry as an answer tells it
 */
export function wishesOf(inquiry) {
    const text = (/** @type {string} */ name) => inquiry[name] ?? "";
    return {
        [named("inquiry")]: "",
        ...Object.fromEntries([...NUMBERS, ...TEXTS].map((name) => [named(name), text(name)])),
        [named("use")]: useInWords(inquiry.use),
        ...Object.fromEntries(FLAGS.map((name) => [named(name), inquiry[name] ? "1" : ""])),
        [named("districts")]: inquiry.districts.join(","),
        [named("place")]: inquiry.place ? inquiry.place.map((/** @type {number} */ one) => one.toFixed(5)).join(",") : "",
    };
}

/**
 * The request that asks for what the state says.
 * @param {State} state
 * @param {string} language
 * @param {number} limit
 * @param {number | null} plot to be told wherever it ranks
 * @returns {{method: string, path: string, body?: Record<string, unknown>}}
 */
export function question(state, language, limit, plot) {
    const get = (/** @type {string} */ name) => state[named(name)] ?? "";
    const excluded = get("why") ? { excluded: MISSES } : {};
    const asked = plot === null ? {} : { plot };
    if (get("inquiry")) {
        const query = new URLSearchParams({ lang: language, limit: String(limit) });
        for (const [name, value] of Object.entries({ ...excluded, ...asked })) query.set(name, String(value));
        if (get("weights")) query.set("weights", get("weights"));
        if (get("hard")) query.set("hard", get("hard").replace(NO_HARD, ""));
        return { method: "GET", path: `/api/inquiries/${encodeURIComponent(get("inquiry"))}/matches?${query}` };
    }
    const body = { ...wishes(get), ...choices(get), ...excluded, ...asked, limit };
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
 * What is typed in, as the columns of an inquiry, and its place.
 * @param {State} state
 */
export function asRecord(state) {
    const { geometry, ...columns } = wishes((name) => state[named(name)] ?? "");
    return { columns, at: place(state[named("place")] ?? "") };
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
 * What a criterion weighs by the state, whatever the last answer said.
 * @param {State} state
 * @param {Criterion} criterion
 */
export const weightOf = (state, { key, default_weight }) => weights(state[named("weights")] ?? "").get(key) ?? default_weight;

/**
 * Whether a criterion is hard by the state.
 * @param {State} state
 * @param {Criterion} criterion
 */
export function isHard(state, { key, default_hard }) {
    const text = state[named("hard")];
    return text ? text.split(",").includes(key) : default_hard;
}

/**
 * A change of the state that gives a criterion this weight; the usual one is not kept.
 * @param {State} state
 * @param {Criterion} criterion
 * @param {number} weight
 */
export function weighing(state, criterion, weight) {
    const found = weights(state[named("weights")] ?? "");
    if (weight === criterion.default_weight) found.delete(criterion.key);
    else found.set(criterion.key, weight);
    return { [named("weights")]: [...found].map(([key, value]) => `${key}:${value}`).join(",") };
}

/**
 * A change of the state that makes a criterion hard or soft; where all are as usual, nothing is kept.
 * @param {State} state
 * @param {readonly Criterion[]} criteria
 * @param {string} key
 * @param {boolean} isWanted
 */
export function hardening(state, criteria, key, isWanted) {
    const wanted = criteria.filter((one) => (one.key === key ? isWanted : isHard(state, one))).map((one) => one.key);
    const usual = criteria.filter((one) => one.default_hard).map((one) => one.key);
    const isUsual = wanted.join() === usual.join();
    return { [named("hard")]: isUsual ? "" : wanted.join(",") || NO_HARD };
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
