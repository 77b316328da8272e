/** The entry point of the advisors' map. */

import { start } from "./page/app.js";

void start(/** @type {HTMLElement} */ (document.getElementById("app")));
