/** The frame of the page: the containers for all its parts. */

import { language, t } from "./catalogue.js";
import { logo } from "./design.js";
import { closeMenu, menuButton } from "./menu.js";
import { isNarrow } from "./covered_map.js";
import { html, render, svg } from "../lib/lit.js";

/** @typedef {import("../page/app.js").Panel} Panel */

const LIST = "M4 5h2v2H4V5Zm4 0h12v2H8V5ZM4 11h2v2H4v-2Zm4 0h12v2H8v-2Zm-4 6h2v2H4v-2Zm4 0h12v2H8v-2Z";
/** The id of the panel that is open, unless it is collapsed. */
let shown = "";

/**
 * Render the frame, and return its containers.
 * @param {HTMLElement} root
 */
export function layout(root) {
    const other = language === "de" ? "en" : "de";
    const switchLanguage = () => location.assign(`/?lang=${other}${location.hash}`);
    render(
        html`<a class="skip" href="#list" @click=${focusList}>${t("skip_to_list")}</a>
            <header class="top" @keydown=${closeMenu}>
                ${logo()}
                <h1><span class="brand">Flurwerk</span> <span class="claim">${t("title")}</span></h1>
                <div id="search" role="search"></div>
                ${menuButton()}
                <div class="menu" id="menu">
                    <div class="tools">
                        <a class="to-reports" href="/report?lang=${language}">${t("report.to_overview")}</a>
                        <button type="button" class="quiet" lang=${other} @click=${switchLanguage}>${t("other_language")}</button>
                        <div id="account"></div>
                    </div>
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
                <div id="list" class="list"></div>
            </main>
            <aside id="detail" aria-label=${t("detail.title")}></aside>
            <aside id="form" aria-label=${t("form.title")}></aside>
            <div id="dialogs"></div>
            <div id="notices"></div>`,
        root,
    );
    // Where the panel covers the map, it starts closed.
    document.body.classList.toggle("no-panel", isNarrow());
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
                html`${panels.map(({ id, icon }) => railButton(id, icon, t(`panel.${id}`), () => toggle(app, id)))}
                ${railButton("list", LIST, t("table.title"), () => toggleList(app))}`,
                place("rail"),
            );
        },
        /** @param {string} id */
        markPanel(id) {
            shown = id;
            mark();
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
    if (isOpen) fold(app, true);
    else app.store.set({ panel: id }, () => fold(app, false));
}

/**
 * @param {import("../page/app.js").App} app
 * @param {boolean} isFolded
 */
function fold(app, isFolded) {
    document.body.classList.toggle("no-panel", isFolded);
    mark();
    app.map.map.resize();
}

/**
 * Show the list instead of the map, or the map again, on screens too small for both.
 * @param {import("../page/app.js").App} app
 */
function toggleList(app) {
    const { classList } = document.body;
    const isShown = !classList.contains("shows-list") || !classList.contains("no-panel");
    classList.toggle("shows-list", isShown);
    fold(app, true);
}

/** Mark the buttons of what is shown. */
function mark() {
    const { classList } = document.body;
    for (const button of document.querySelectorAll("#rail button")) {
        const isShown = button.id === "rail-list" ? classList.contains("shows-list") : button.id === `rail-${shown}`;
        button.setAttribute("aria-pressed", String(isShown && (button.id === "rail-list") === classList.contains("no-panel")));
    }
}

/**
 * @param {string} id
 * @param {string} icon
 * @param {string} name
 * @param {() => void} run
 */
function railButton(id, icon, name, run) {
    return html`<button type="button" id="rail-${id}" title=${name} @click=${run}>
        <svg viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${icon} />`}</svg>
        <span>${name}</span>
    </button>`;
}

/** @param {Event} event */
function focusList(event) {
    // The fragment is the page's state.
    event.preventDefault();
    // Panels that need the room have their own tables in place of the list.
    const places = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#list .rows, #panel .scroll"));
    [...places].reverse().find((place) => place.checkVisibility())?.focus();
}
