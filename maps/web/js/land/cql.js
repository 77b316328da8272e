/**
 * Filters as CQL2 JSON (OGC 21-065r2): the page evaluates an expression locally on the records that it holds, and the
 * API accepts the same expression as `filter` with `filter-lang=cql2-json`.
 */

/** @typedef {string | number | boolean} Scalar */
/** @typedef {{property: string} | {date: string} | {op: string, args: unknown[]} | Scalar | Scalar[]} Expression */
/** @typedef {Readonly<Record<string, any>>} Properties */

/**
 * @param {string} property
 * @param {string} op
 * @param {Scalar | {date: string}} value
 * @returns {Expression}
 */
export const compare = (property, op, value) => ({ op, args: [{ property }, value] });

/**
 * @param {string} property
 * @param {Scalar[]} values
 * @returns {Expression}
 */
export const oneOf = (property, values) => ({ op: "in", args: [{ property }, values] });

/**
 * @param {Expression[]} parts
 * @returns {Expression | null} null without any parts
 */
export const all = (parts) => (parts.length > 1 ? { op: "and", args: parts } : (parts[0] ?? null));

/**
 * Whether a record fulfils the expression. As in SQL, comparisons with missing values are unknown and thus not fulfilled.
 * @param {Expression | null} expression
 * @param {Properties} record
 * @returns {boolean}
 */
export function fulfils(expression, record) {
    return expression === null || value(expression, record) === true;
}

/** @type {Record<string, (a: any, b: any) => boolean>} */
const COMPARISONS = {
    "=": (a, b) => a === b,
    "<>": (a, b) => a !== b,
    "<": (a, b) => a < b,
    "<=": (a, b) => a <= b,
    ">": (a, b) => a > b,
    ">=": (a, b) => a >= b,
};

/**
 * The value of an expression; null means unknown.
 * @param {any} expression
 * @param {Properties} record
 * @returns {any}
 */
function value(expression, record) {
    if (typeof expression !== "object" || expression === null || Array.isArray(expression)) return expression;
    if ("property" in expression) return record[expression.property] ?? null;
    if ("date" in expression) return expression.date;
    const { op, args } = expression;
    if (op === "and") return and(args, record);
    if (op === "or") return not(and(args.map((/** @type {any} */ one) => ({ op: "not", args: [one] })), record));
    if (op === "not") return not(value(args[0], record));
    if (op === "isNull") return value(args[0], record) === null;
    const [left, right] = args.map((/** @type {any} */ one) => value(one, record));
    if (left === null || right === null) return null;
    if (op === "in") return right.includes(left);
    if (op === "casei") return left.toLowerCase();
    if (op === "like") return pattern(right).test(left);
    const comparison = COMPARISONS[op];
    if (!comparison) throw new Error(`unknown operator ${op}`);
    return comparison(left, right);
}

/**
 * @param {any[]} parts
 * @param {Properties} record
 * @returns {boolean | null}
 */
function and(parts, record) {
    let isUnknown = false;
    for (const part of parts) {
        const found = value(part, record);
        if (found === false) return false;
        if (found === null) isUnknown = true;
    }
    return isUnknown ? null : true;
}

/** @param {boolean | null} found */
const not = (found) => (found === null ? null : !found);

/** @param {string} like */
function pattern(like) {
    const escaped = like.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${escaped.replaceAll("%", ".*").replaceAll("_", ".")}$`, "su");
}
