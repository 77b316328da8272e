/** What the agency keeps: its profile switches off layers, and with them panels and parts of panels. */

/** The layers that are kept; null on pages to which the service does not say it. @type {Set<string> | null} */
let layers = null;
/** @type {Set<string>} */
let absent = new Set();

/**
 * Store what the service's page says of the profile.
 * @param {{layers: string[], absent: string[]}} settings
 */
export function setKept(settings) {
    layers = new Set(settings.layers);
    absent = new Set(settings.absent);
}

/** Whether the agency keeps all of these layers. @param {string[]} wanted */
export const keeps = (...wanted) => wanted.every((layer) => layers === null || layers.has(layer));

/** Whether the page has a panel, or a part of one such as `broadband.letters`. @param {string} part */
export const isPresent = (part) => !absent.has(part);
