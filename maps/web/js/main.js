/** The page begins here. */

import { start } from "./app.js";

void start(/** @type {HTMLElement} */ (document.getElementById("app")));
