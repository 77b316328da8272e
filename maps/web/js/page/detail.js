/** The drawer that shows the selected record, in sections registered by other modules. */

import { t } from "../shared/catalogue.js";
import { html, nothing, render, repeat } from "../lib/lit.js";
import { mapButton, showMap } from "../shared/covered_map.js";
import { box } from "../land/plots.js";
import { BELONGING, ownerOf } from "../records/belongings.js";
import { recordName } from "../records/record_section.js";

/** @typedef {import("./app.js").App} App */
/**
 * A part of the drawer. `view` is called after every change; a section that fetches data caches it itself, and calls
 * `app.update()` when it has arrived.
 * @typedef {object} Section
 * @property {string} id its heading is the text `detail.ID`
 * @property {(app: App, feature: any) => boolean} isFor
 * @property {(app: App, feature: any) => unknown} view
 * @property {boolean} [isHead] whether it is shown above the others, without a heading
 * @property {boolean} [isTools] whether it is buttons, which stand below the head in a row with those of other sections
 */

/** The sections by the kind of the selected record; `record` is for kinds without sections of their own. @type {Record<string, Section[]>} */
export const SECTIONS = { plots: [], record: [] };

/** The titles of records, by kind. @type {Record<string, {title: (app: App, feature: any) => string}>} */
export const KINDS = {
    plots: { title: (_, feature) => feature.properties.name ?? t("detail.plot", { id: feature.id }) },
};

export class Detail {
    /** @type {any} */
    feature = null;
    #shown = "";
    /** The element focused before the drawer opened. @type {HTMLElement | null} */
    #before = null;

    /**
     * @param {HTMLElement} root
     * @param {App} app
     */
    constructor(root, app) {
        this.root = root;
        this.app = app;
        root.addEventListener("keydown", (event) => {
            if (event.key === "Escape") this.close();
        });
    }

    close() {
        this.app.select("");
        if (this.#before?.isConnected) this.#before.focus();
    }

    /** Move the focus into the drawer; closing it returns the focus. */
    focus() {
        this.#before = /** @type {HTMLElement | null} */ (document.activeElement);
        this.root.querySelector("h2")?.focus();
    }

    /** Update the drawer from the state. */
    async update() {
        const selected = this.app.store.get("selected");
        if (selected !== this.#shown) {
            this.#shown = selected;
            this.feature = null;
            showMap(false);
            this.#render();
        }
        const [kind = "", id = ""] = selected.split("/");
        if (kind === "plots") {
            this.feature = this.app.plots.byId.get(Number(id)) ?? null;
        } else if (selected && !this.feature) {
            this.feature = await this.#fetch(kind, id);
            if (this.app.store.get("selected") !== selected) return;
            const owner = ownerOf(kind, this.feature);
            if (owner) {
                this.app.store.correct({ selected: owner });
                return;
            }
        }
        this.app.map.setSelection(this.feature?.geometry ? [this.feature] : []);
        this.#render();
    }

    /**
     * Drop the feature shown, so that the next update fetches it again, if it belongs to a layer with changes, or may show
     * records of it.
     * @param {string} layer
     */
    forget(layer) {
        if (this.#shown.startsWith(`${layer}/`) || BELONGING.has(layer)) this.feature = null;
    }

    /** Move the map to the selected record. */
    show() {
        showMap(true);
        this.app.map.map.resize();
        this.app.map.goTo(box(this.feature?.geometry));
    }

    /**
     * @param {string} kind
     * @param {string} id
     */
    async #fetch(kind, id) {
        try {
            return await this.app.api.get(`/api/collections/${kind}/items/${encodeURIComponent(id)}`);
        } catch (error) {
            this.app.notices.fail(error);
            return null;
        }
    }

    #render() {
        const { app, feature } = this;
        const kind = this.#shown.split("/")[0] ?? "";
        const isOpen = Boolean(this.#shown);
        document.body.classList.toggle("has-detail", isOpen);
        render(isOpen ? html`<div class="drawer">${feature ? this.#view(kind, feature) : this.#missing(kind)}</div>` : nothing, this.root);
        if (feature) document.title = `${KINDS[kind]?.title(app, feature) ?? recordName(feature)} – Flurwerk`;
    }

    /**
     * @param {string} kind
     * @param {any} feature
     */
    #view(kind, feature) {
        const { app } = this;
        const sections = (SECTIONS[kind] ?? SECTIONS["record"] ?? []).filter((section) => section.isFor(this.app, feature));
        const title = KINDS[kind]?.title(this.app, feature) ?? recordName(feature);
        return html`<header>
                <h2 tabindex="-1" id="detail-title">${title}</h2>
                ${mapButton()}
                <button type="button" class="icon" aria-label=${t("detail.show_on_map")} title=${t("detail.show_on_map")} @click=${() => this.show()}>
                    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M11 2h2v3.1A7 7 0 0 1 18.9 11H22v2h-3.1a7 7 0 0 1-5.9 5.9V22h-2v-3.1A7 7 0 0 1 5.1 13H2v-2h3.1A7 7 0 0 1 11 5.1V2Zm1 5a5 5 0 1 0 0 10 5 5 0 0 0 0-10Zm0 3a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z" /></svg>
                </button>
                <button type="button" class="icon" aria-label=${t("close")} @click=${() => this.close()}>×</button>
            </header>
            ${app.live.line(this.#shown)} ${sections.filter((one) => one.isHead).map((one) => one.view(this.app, feature))}
            <div class="record-tools">${sections.filter((one) => one.isTools).map((one) => one.view(this.app, feature))}</div>
            ${repeat(
                sections.filter((one) => !one.isHead && !one.isTools),
                // What comes or goes above a section leaves its elements, and the focus in them, alone.
                ({ id }) => id,
                (one) => html`<section aria-label=${t(`detail.${one.id}`)}>
                    <h3>${t(`detail.${one.id}`)}</h3>
                    ${one.view(this.app, feature)}
                </section>`,
            )}`;
    }

    /** @param {string} kind */
    #missing(kind) {
        const isLoading = kind === "plots" && !this.app.isLoaded;
        return html`<header>
                <h2>${t(isLoading ? "loading" : "detail.missing")}</h2>
                <button type="button" class="icon" aria-label=${t("close")} @click=${() => this.close()}>×</button>
            </header>
            ${isLoading ? nothing : html`<p>${t("detail.missing_hint")}</p>`}`;
    }
}
