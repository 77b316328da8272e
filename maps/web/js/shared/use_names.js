/** Names of intended uses in the reader's language; unknown uses are shown as entered. */

/** @type {Map<string, string>} */
let known = new Map();

/**
 * Set the names of the kinds of use.
 * @param {Record<string, string>} uses the reader's names by names in any language
 */
export const setUseNames = (uses) => void (known = new Map(Object.entries(uses)));

/** A use's name, or the text itself if it is not a known use. @param {string | null | undefined} text */
export const useName = (text) => known.get(String(text ?? "").trim().toLowerCase()) ?? text ?? "";
