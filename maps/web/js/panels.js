/** The panels, in the order of their buttons. */

import { find } from "./find.js";

/** @type {import("./app.js").Panel[]} */
export const PANELS = [find];
