/** The frame of the page: the containers for all its parts. */

import { language, t } from "./catalogue.js";
import { logo } from "./design.js";
import { html, render, svg } from "../lib/lit.js";

/** @typedef {import("../page/app.js").Panel} Panel */

/**
 * Render the frame, and return its containers.
 * @param {HTMLElement} root
 */
export function layout(root) {
    const other = language === "de" ? "en" : "de";
    const switchLanguage = () => location.assign(`/?lang=${other}${location.hash}`);
    render(
        html`<a class="skip" href="#list" @click=${focusList}>${t("skip_to_list")}</a>
            <header class="top">
                ${logo()}
                <h1><span class="brand">Flurwerk</span> <span class="claim">${t("title")}</span></h1>
                <div id="search" role="search"></div>
                <div class="tools">
                    <a class="to-reports" href="/report?lang=${language}">${t("report.to_overview")}</a>
                    <button type="button" class="quiet" lang=${other} @click=${switchLanguage}>${t("other_language")}</button>
                    <div id="account"></div>
                </div>
            </header>
            <nav class="rail" id="rail" aria-label=${t("panels")}></nav>
            <section class="panel" id="panel" aria-label=${t("panel")}></section>
            <main>
                <div class="map-place">
                    <div id="map"></div>
                    <aside id="legend" aria-label=${t("legend.title")}></aside>
                    <div id="map-tools"></div>
                </div>
                <section id="list" class="list" aria-label=${t("table.title")}></section>
            </main>
            <aside id="detail" aria-label=${t("detail.title")}></aside>
            <aside id="form" aria-label=${t("form.title")}></aside>
            <div id="dialogs"></div>
            <div id="notices"></div>`,
        root,
    );
    // On phones the panel starts closed in favour of the map.
    document.body.classList.toggle("no-panel", matchMedia("(width < 720px)").matches);
    const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (root.querySelector(`#${id}`));
    return {
        account: place("account"),
        detail: place("detail"),
        dialogs: place("dialogs"),
        form: place("form"),
        legend: place("legend"),
        map: place("map"),
        mapTools: place("map-tools"),
        notices: place("notices"),
        panel: place("panel"),
        search: place("search"),
        table: place("list"),
        /**
         * @param {import("../page/app.js").App} app
         * @param {Panel[]} panels
         */
        showPanels(app, panels) {
            render(
                panels.map(
                    ({ id, icon }) =>
                        html`<button type="button" id="rail-${id}" @click=${() => toggle(app, id)}>
                            <svg viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${icon} />`}</svg>
                            <span>${t(`panel.${id}`)}</span>
                        </button>`,
                ),
                place("rail"),
            );
        },
        /** @param {string} id */
        markPanel(id) {
            for (const button of place("rail").querySelectorAll("button")) {
                button.setAttribute("aria-pressed", String(button.id === `rail-${id}`));
            }
        },
    };
}

/**
 * Open a panel, or collapse it if it is open, to enlarge the map.
 * @param {import("../page/app.js").App} app
 * @param {string} id
 */
function toggle(app, id) {
    const isOpen = (app.store.get("panel") || "find") === id && !document.body.classList.contains("no-panel");
    const fold = () => {
        document.body.classList.toggle("no-panel", isOpen);
        app.map.map.resize();
    };
    if (isOpen) fold();
    else app.store.set({ panel: id }, fold);
}

/** @param {Event} event */
function focusList(event) {
    // The fragment is the page's state.
    event.preventDefault();
    // Panels that need the room have their own tables in place of the list.
    const places = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#list .rows, #panel .scroll"));
    [...places].reverse().find((place) => place.checkVisibility())?.focus();
}
