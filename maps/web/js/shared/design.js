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
