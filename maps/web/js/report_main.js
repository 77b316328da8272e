/** The report's page begins here. */

import { start } from "./figures/report.js";

void start(/** @type {HTMLElement} */ (document.getElementById("report")));
