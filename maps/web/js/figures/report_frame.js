/** The frame of the report's pages: the header shared with the map, and the containers for the content. */

import { language, t } from "../shared/catalogue.js";
import { html, render } from "../lib/lit.js";

/**
 * Render the frame, and return its containers.
 * @param {HTMLElement} root
 * @param {import("./report.js").Settings} settings
 */
export function frame(root, { period }) {
    const other = language === "de" ? "en" : "de";
    render(
        html`<a class="skip" href="#content">${t("report.skip")}</a>
            <header class="top">
                <p class="title"><a class="brand" href="/?lang=${language}">Flurwerk</a> <span class="claim">${t("title")}</span></p>
                <nav class="pages" aria-label=${t("report.pages")}>
                    <a href="/?lang=${language}">${t("report.to_map")}</a>
                    <a href="/report?lang=${language}" aria-current=${period ? "true" : "page"}>${t("report.to_overview")}</a>
                </nav>
                <div class="tools">
                    <button type="button" class="quiet" lang=${other} @click=${() => switchTo(other)}>${t("other_language")}</button>
                    <div id="account"></div>
                </div>
            </header>
            <main id="content" tabindex="-1"></main>
            <div id="notices"></div>`,
        root,
    );
    const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (root.querySelector(`#${id}`));
    return { account: place("account"), main: place("content"), notices: place("notices") };
}

/** @param {"de" | "en"} other */
function switchTo(other) {
    const url = new URL(location.href);
    url.searchParams.set("lang", other);
    location.assign(url);
}
