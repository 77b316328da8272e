/** The entry point of the page on which files are loaded. */

import { start } from "./loading/page.js";

void start(/** @type {HTMLElement} */ (document.getElementById("load")));
