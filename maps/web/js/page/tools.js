/** The tools around the map: search, measuring, comparison, printing, and a link to the current view. */

import { t } from "../shared/catalogue.js";
import { Compare } from "../land/compare.js";
import { html, render, svg } from "../lib/lit.js";
import { Measure } from "../map/measure.js";
import { openPrintDialog } from "../map/print_scale.js";
import { preparePrintView } from "../map/print_view.js";
import { Search } from "./search.js";

const LINK = "M3.9 12c0-1.7 1.4-3.1 3.1-3.1h4V7H7a5 5 0 0 0 0 10h4v-1.9H7A3.1 3.1 0 0 1 3.9 12ZM8 13h8v-2H8v2Zm9-6h-4v1.9h4a3.1 3.1 0 0 1 0 6.2h-4V17h4a5 5 0 0 0 0-10Z";
const PRINT = "M19 8H5a3 3 0 0 0-3 3v6h4v4h12v-4h4v-6a3 3 0 0 0-3-3Zm-3 11H8v-5h8v5Zm3-7a1 1 0 1 1 0-2 1 1 0 0 1 0 2Zm-1-9H6v4h12V3Z";

export class Tools {
    /** @param {import("./app.js").App} app */
    constructor(app) {
        this.app = app;
        const { mapTools, dialogs, search } = app.places;
        const place = (/** @type {string} */ name) => {
            const element = document.createElement("div");
            element.className = name;
            return element;
        };
        const measure = place("measure");
        const links = place("tool-buttons");
        const bottom = place("map-bottom");
        const [measured, tray] = [place("measured-place"), place("compare-tray")];
        mapTools.append(measure, links);
        bottom.append(measured, tray);
        app.places.map.parentElement?.append(bottom, place("crosshair"));
        this.search = new Search(search, app);
        this.measure = new Measure(measure, measured, app);
        this.compare = new Compare(tray, dialogs, app);
        render(
            html`${tool("link", LINK, () => void this.#copyLink())} ${tool("print", PRINT, () => openPrintDialog(app))}`,
            links,
        );
        preparePrintView(app);
        app.store.subscribe((_, changed) => {
            if (changed.has("compare") || changed.has("comparing")) this.update();
        });
        this.update();
    }

    /** Update the tools that show plots. */
    update() {
        this.compare.update();
    }

    async #copyLink() {
        try {
            await navigator.clipboard.writeText(location.href);
            this.app.notices.show({ text: t("tools.link_copied") });
        } catch {
            // Browsers allow access to the clipboard only over HTTPS.
            this.app.notices.show({ text: t("tools.link_by_hand") });
        }
    }
}

/**
 * @param {string} name
 * @param {string} icon
 * @param {() => void} run
 */
function tool(name, icon, run) {
    const label = t(`tools.${name}`);
    return html`<button type="button" class="tool" aria-label=${label} title=${label} @click=${run}>
        <svg viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${icon} />`}</svg>
    </button>`;
}
