/** The agency's design: its logo, and its colours where a canvas needs them. */

import { facts } from "./catalogue.js";
import { html, nothing } from "../lib/lit.js";

/** The agency's logo, if it has one. */
export function logo() {
    const { logo: path, logo_width: width, logo_height: height, logo_text: text } = facts;
    return path ? html`<img class="logo" src="${document.body.dataset.assets}/${path}" width=${width} height=${height} alt=${text} />` : nothing;
}

/**
 * The value of a colour of the style sheets.
 * @param {string} name
 */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** The colours of charts, as the style sheets have them at the moment. */
export const chartColours = () => ({ ink: colour("ink"), quiet: colour("quiet"), grid: colour("hair"), actual: colour("earlier"), last: colour("current") });

/**
 * A colour of the map, which is light, as it is drawn on the page's ground.
 * @param {string} hex such as #1659a5
 */
export function offMap(hex) {
    const share = Number(colour("chart-lift"));
    const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    return `#${channels.map((one) => Math.round(one + (255 - one) * share).toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Call when the colours change: with the reader's preference, and for a print, which is light.
 * @param {() => void} changed
 * @param {AbortSignal} signal ends it
 */
export function onColours(changed, signal) {
    for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", changed, { signal });
}
