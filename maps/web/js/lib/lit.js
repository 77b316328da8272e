// The parts of lit-html that the page uses.
export { html, nothing, render, svg } from "../../vendor/lit-html/lit-html.js";
export { classMap } from "../../vendor/lit-html/directives/class-map.js";
export { ifDefined } from "../../vendor/lit-html/directives/if-defined.js";
export { live } from "../../vendor/lit-html/directives/live.js";
export { repeat } from "../../vendor/lit-html/directives/repeat.js";
