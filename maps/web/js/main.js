/** The page begins here. */

import { start } from "./page/app.js";

void start(/** @type {HTMLElement} */ (document.getElementById("app")));
