/** The entry point of the report's page. */

import { start } from "./figures/report.js";

void start(/** @type {HTMLElement} */ (document.getElementById("report")));
