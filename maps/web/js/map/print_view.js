/** Printing the current view: adds the map as an image, since its canvas does not print, and an imprint. */

import { language, t } from "../shared/catalogue.js";
import { instant } from "../shared/format.js";
import { isInternal } from "../shared/session.js";

/** @param {import("../page/app.js").App} app */
export function preparePrintView(app) {
    /** @type {HTMLElement[]} */
    let added = [];
    addEventListener("beforeprint", () => {
        for (const element of added) element.remove();
        if (document.body.classList.contains("has-map-sheet")) return;
        added = [picture(app), imprint(app)];
        app.places.map.after(...added);
    });
    addEventListener("afterprint", () => {
        for (const element of added) element.remove();
        added = [];
    });
}

/** @param {import("../page/app.js").App} app */
function picture(app) {
    const { map } = app.map;
    const image = document.createElement("img");
    image.className = "on-paper map-picture";
    image.alt = t("map.title");
    // Redrawn now, because browsers clear the canvas after display.
    map.redraw();
    image.src = map.getCanvas().toDataURL("image/png");
    return image;
}

/** @param {import("../page/app.js").App} app */
function imprint(app) {
    const line = document.createElement("p");
    line.className = "on-paper imprint";
    line.lang = language;
    line.textContent = t("print.imprint", { day: instant(new Date().toISOString()), address: location.href });
    const { attribution } = app.map;
    if (attribution) line.append(` · ${t("background.sources")}: ${attribution}`);
    if (isInternal(app.session)) line.prepend(Object.assign(document.createElement("strong"), { textContent: t("print.internal") }), " · ");
    return line;
}
