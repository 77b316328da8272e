/** The list of panels, in the order of their buttons. */

import { activityPanel } from "../live/activity.js";
import { editPanel } from "../records/edit_panel.js";
import { broadband } from "../rollout/broadband.js";
import { find } from "../land/find.js";
import { handout } from "../land/handout.js";
import { indicators } from "../figures/indicators.js";
import { match } from "../land/match.js";
import { mobile } from "../rollout/mobile.js";
import { reservationsPanel } from "../land/reservations_panel.js";
import { watchedPanel } from "../people/watched_panel.js";

/** @type {import("./app.js").Panel[]} */
export const PANELS = [find, match, reservationsPanel, broadband, mobile, indicators, handout, watchedPanel, editPanel, activityPanel];
