/** The frame of the pages without a map: the header shared with the map, and the containers for the content. */

import { language, t } from "./catalogue.js";
import { logo } from "./design.js";
import { closeMenu, menuButton } from "./menu.js";
import { html, ifDefined, nothing, render } from "../lib/lit.js";

/** Which of the reports' pages is current. @type {Record<string, "page" | "true" | undefined>} */
const REPORTS = { reports: "page", report: "true" };

/**
 * Render the frame, and return its containers.
 * @param {HTMLElement} root
 * @param {"reports" | "report" | "load"} current the page, or that it belongs to the reports
 */
export function frame(root, current) {
    const other = language === "de" ? "en" : "de";
    render(
        html`<a class="skip" href="#content">${t("skip_to_content")}</a>
            <header class="top" @keydown=${closeMenu}>
                ${logo()}
                <p class="title"><a class="brand" href="/?lang=${language}">Flurwerk</a> <span class="claim">${t("title")}</span></p>
                ${menuButton()}
                <div class="menu" id="menu">
                    <nav class="pages" aria-label=${t("pages")}>
                        <a href="/?lang=${language}">${t("report.to_map")}</a>
                        <a href="/report?lang=${language}" aria-current=${ifDefined(REPORTS[current])}>${t("report.to_overview")}</a>
                        ${current === "load" ? html`<a href="/load?lang=${language}" aria-current="page">${t("load.page")}</a>` : nothing}
                    </nav>
                    <div class="tools">
                        <button type="button" class="quiet" lang=${other} @click=${() => switchTo(other)}>${t("other_language")}</button>
                        <div id="account"></div>
                    </div>
                </div>
            </header>
            <main id="content" tabindex="-1"></main>
            <div id="dialogs"></div>
            <div id="notices"></div>`,
        root,
    );
    const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (root.querySelector(`#${id}`));
    return { account: place("account"), main: place("content"), dialogs: place("dialogs"), notices: place("notices") };
}

/** @param {"de" | "en"} other */
function switchTo(other) {
    const url = new URL(location.href);
    url.searchParams.set("lang", other);
    location.assign(url);
}
