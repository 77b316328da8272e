/** The report's maps, which are requested from the service when the reader scrolls near them. */

import { Problem } from "../shared/api.js";
import { t } from "../shared/catalogue.js";
import { html, nothing } from "../lib/lit.js";

/** @typedef {{key: string, title: string, alt: string, note: string, svg: string}} Drawing */
/** @typedef {Omit<Drawing, "svg"> & {href: string}} Shown */

/** How far below the viewport the maps are when they are requested. */
const AHEAD = "600px";
const RETRY_MS = 5000;

export class Maps {
    /** @type {Shown[] | null} */
    #shown = null;
    #error = "";
    #isRequested = false;
    /** @type {IntersectionObserver | null} */
    #observer = null;

    /** @param {import("./report.js").ReportPage} page */
    constructor(page) {
        this.page = page;
    }

    /** Request the maps once the reader scrolls near them. */
    watch() {
        const place = document.getElementById("maps");
        if (!place || this.#observer) return;
        this.#observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void this.#load(), { rootMargin: AHEAD });
        this.#observer.observe(place);
    }

    async #load() {
        if (this.#isRequested) return;
        this.#isRequested = true;
        this.#error = "";
        this.page.update();
        const { api } = this.page;
        try {
            const { maps } = await api.get(this.page.pathOf("/maps", { lang: api.language }));
            this.#shown = maps.map((/** @type {Drawing} */ { svg, ...rest }) => ({ ...rest, href: URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" })) }));
        } catch (error) {
            // The service is busy making other documents.
            if (error instanceof Problem && error.isTemporary) return void setTimeout(() => this.#again(), RETRY_MS);
            this.#error = error instanceof Error ? error.message : String(error);
        }
        this.page.update();
    }

    #again() {
        this.#isRequested = false;
        void this.#load();
    }

    view() {
        if (this.#error) {
            return html`<p class="error" role="alert">${this.#error}</p>
                <button type="button" @click=${() => this.#again()}>${t("report.again")}</button>`;
        }
        if (!this.#shown) return html`<p class="hint" aria-busy=${String(this.#isRequested)}>${t("report.drawing")}</p>`;
        return html`<div class="maps">
            ${this.#shown.map(
                ({ href, title, alt, note }) => html`<figure>
                    <figcaption>${title}</figcaption>
                    <img src=${href} alt=${alt} />
                    ${note ? html`<p class="hint">${note}</p>` : nothing}
                </figure>`,
            )}
        </div>`;
    }
}
