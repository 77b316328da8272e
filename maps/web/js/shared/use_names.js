/** What companies want to do, in the reader's language where it is a known kind of use; other words stand as they are. */

/** @type {Map<string, string>} */
let known = new Map();

/**
 * Take in what the kinds of use are called.
 * @param {Record<string, string>} uses by their names in any language
 */
export const learnUses = (uses) => void (known = new Map(Object.entries(uses)));

/** @param {string | null | undefined} text */
export const useInWords = (text) => known.get(String(text ?? "").trim().toLowerCase()) ?? text ?? "";
