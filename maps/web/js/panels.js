/** The panels, in the order of their buttons. */

import { act } from "./act.js";
import { broadband } from "./broadband.js";
import { find } from "./find.js";
import { handout } from "./handout.js";
import { indicators } from "./indicators.js";
import { match } from "./match.js";
import { mobile } from "./mobile.js";

/** @type {import("./app.js").Panel[]} */
export const PANELS = [find, match, broadband, mobile, indicators, handout, act];
