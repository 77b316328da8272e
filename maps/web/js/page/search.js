/** The search box: suggests hits while the user types, to choose by keyboard or mouse. */

import { t } from "../shared/catalogue.js";
import { html, live, nothing, render } from "../lib/lit.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {{layer: string, layer_title: string, id: number | null, title: string, subtitle: string, bbox: [number, number, number, number] | null}} Hit */

const WAIT_MS = 120;
const MOST = 8;

export class Search {
    /** @type {Hit[]} */
    #hits = [];
    #typed = "";
    #active = -1;
    #isOpen = false;
    #isFailed = false;
    #timer = 0;
    /** @type {AbortController | null} */
    #asking = null;

    /**
     * @param {HTMLElement} root
     * @param {App} app
     */
    constructor(root, app) {
        this.root = root;
        this.app = app;
        root.addEventListener("focusout", ({ relatedTarget }) => {
            if (!root.contains(/** @type {Node | null} */ (relatedTarget))) this.#close();
        });
        this.#render();
    }

    /** @param {string} typed */
    #type(typed) {
        this.#typed = typed;
        clearTimeout(this.#timer);
        this.#asking?.abort();
        if (!typed.trim()) {
            this.#hits = [];
            this.#close();
            return;
        }
        this.#timer = setTimeout(() => void this.#ask(typed), WAIT_MS);
        this.#render();
    }

    /** @param {string} typed */
    async #ask(typed) {
        const asking = new AbortController();
        this.#asking = asking;
        try {
            const path = `/api/search?q=${encodeURIComponent(typed.slice(0, 200))}&limit=${MOST}&lang=${this.app.api.language}`;
            this.#hits = (await this.app.api.get(path, { signal: asking.signal })).hits;
            this.#isFailed = false;
        } catch {
            if (asking.signal.aborted) return;
            this.#hits = [];
            this.#isFailed = true;
        }
        this.#active = -1;
        this.#isOpen = true;
        this.#render();
    }

    /** @param {KeyboardEvent} event */
    #press(event) {
        const count = this.#hits.length;
        const steps = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1 });
        const step = steps[event.key];
        if (step && count) {
            event.preventDefault();
            this.#active = this.#isOpen ? (this.#active + step + count + (this.#active < 0 && step < 0 ? 1 : 0)) % count : 0;
            this.#isOpen = true;
            this.#render();
            this.root.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
        } else if (event.key === "Enter") {
            event.preventDefault();
            const hit = this.#hits[Math.max(this.#active, 0)];
            if (this.#isOpen && hit) this.#choose(hit);
        } else if (event.key === "Escape") {
            if (this.#isOpen) this.#close();
            else this.#type("");
            event.preventDefault();
        }
    }

    /** @param {Hit} hit */
    #choose(hit) {
        const { app } = this;
        this.#typed = hit.title;
        this.#close();
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

    #close() {
        this.#isOpen = false;
        this.#active = -1;
        this.#render();
    }

    #render() {
        const isOpen = this.#isOpen && Boolean(this.#typed.trim());
        const count = this.#hits.length;
        render(
            html`<label class="hidden" for="search-text">${t("search.label")}</label>
                <input
                    id="search-text"
                    type="search"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="200"
                    placeholder=${t("search.label")}
                    aria-autocomplete="list"
                    aria-controls="search-hits"
                    aria-expanded=${isOpen && count > 0 ? "true" : "false"}
                    aria-activedescendant=${this.#active >= 0 ? `search-hit-${this.#active}` : ""}
                    .value=${live(this.#typed)}
                    @input=${(/** @type {Event} */ event) => this.#type(/** @type {HTMLInputElement} */ (event.target).value)}
                    @keydown=${(/** @type {KeyboardEvent} */ event) => this.#press(event)}
                />
                <ul id="search-hits" role="listbox" aria-label=${t("search.hits")} ?hidden=${!isOpen || !count}>
                    ${this.#hits.map((hit, index) => this.#hit(hit, index))}
                </ul>
                ${isOpen && !count ? html`<p class="search-none">${t(this.#isFailed ? "search.failed" : "search.none")}</p>` : nothing}
                <p class="hidden" role="status">${isOpen ? t(count ? "search.count" : "search.none", { count }) : nothing}</p>`,
            this.root,
        );
    }

    /**
     * @param {Hit} hit
     * @param {number} index
     */
    #hit(hit, index) {
        const choose = (/** @type {Event} */ event) => {
            // Keep the focus in the input.
            event.preventDefault();
            this.#choose(hit);
        };
        return html`<li id="search-hit-${index}" role="option" aria-selected=${index === this.#active ? "true" : "false"} @mousedown=${choose}>
            <span class="search-title">${hit.title}</span>
            <span class="hint">${[hit.layer_title, hit.subtitle].filter(Boolean).join(" · ")}</span>
        </li>`;
    }
}
