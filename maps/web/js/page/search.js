/** The search box: suggests hits while the user types. */

import { t } from "../shared/catalogue.js";
import { Combobox } from "../shared/combobox.js";
import { html, render } from "../lib/lit.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {{layer: string, layer_title: string, id: number | null, title: string, subtitle: string, bbox: [number, number, number, number] | null}} Hit */
/** @typedef {Hit & {hint: string}} Suggestion */

const ID = "search-text";
const MOST = 8;

export class Search {
    /** @type {Combobox<Suggestion>} */
    #box;

    /**
     * @param {HTMLElement} root
     * @param {App} app
     */
    constructor(root, app) {
        this.root = root;
        this.app = app;
        this.#box = new Combobox({
            id: ID,
            ask: (text, signal) => this.#ask(text, signal),
            choose: (hit) => this.#choose(hit),
            draw: () => this.#render(),
        });
        this.#render();
    }

    /**
     * @param {string} text
     * @param {AbortSignal} signal
     */
    async #ask(text, signal) {
        const path = `/api/search?q=${encodeURIComponent(text)}&limit=${MOST}&lang=${this.app.api.language}`;
        /** @type {{hits: Hit[]}} */
        const { hits } = await this.app.api.get(path, { signal });
        return hits.map((hit) => ({ ...hit, hint: [hit.layer_title, hit.subtitle].filter(Boolean).join(" · ") }));
    }

    /** @param {Hit} hit */
    #choose(hit) {
        const { app } = this;
        this.#uncover(hit.layer);
        if (hit.layer === "mobile_requests" && hit.id !== null) return app.store.set({ panel: "mobile", "mobile.request": hit.id });
        if (hit.id !== null) app.select(`${hit.layer}/${hit.id}`, hit.bbox === null);
        const isPoint = hit.bbox && hit.bbox[0] === hit.bbox[2] && hit.bbox[1] === hit.bbox[3];
        app.map.goTo(hit.bbox, isPoint ? 16 : 17);
    }

    /**
     * Show a layer on the map unless some of it is shown already.
     * @param {string} layer
     */
    #uncover(layer) {
        const { legend } = this.app;
        const entries = legend?.groups.find(({ key }) => key === layer)?.entries ?? [];
        if (!entries.some((entry) => legend?.isShown(entry))) legend?.show(entries.map(({ key }) => key), true);
    }

    #render() {
        render(
            html`<label class="hidden" for=${ID}>${t("search.label")}</label>
                ${this.#box.view({ type: "search", placeholder: t("search.label") })}`,
            this.root,
        );
    }
}
