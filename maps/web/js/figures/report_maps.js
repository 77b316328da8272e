/** The report's maps, drawn by the service once the reader comes to them. */

import { Problem } from "../shared/api.js";
import { t } from "../shared/catalogue.js";
import { html, nothing } from "../lib/lit.js";

/** @typedef {{key: string, title: string, alt: string, note: string, svg: string}} Drawing */
/** @typedef {Omit<Drawing, "svg"> & {href: string}} Shown */

/** How far below the screen they may be when they are asked for. */
const AHEAD = "600px";
const RETRY_MS = 5000;

export class Maps {
    /** @type {Shown[] | null} */
    #shown = null;
    #error = "";
    #isAsked = false;
    /** @type {IntersectionObserver | null} */
    #observer = null;

    /** @param {import("./report.js").ReportPage} page */
    constructor(page) {
        this.page = page;
    }

    /** Begin to look whether the reader comes near. */
    watch() {
        const place = document.getElementById("maps");
        if (!place || this.#observer) return;
        this.#observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void this.#ask(), { rootMargin: AHEAD });
        this.#observer.observe(place);
    }

    async #ask() {
        if (this.#isAsked) return;
        this.#isAsked = true;
        this.#error = "";
        const { api } = this.page;
        try {
            const { maps } = await api.get(this.page.pathOf("/maps", { lang: api.language }));
            this.#shown = maps.map((/** @type {Drawing} */ { svg, ...told }) => ({ ...told, href: URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" })) }));
        } catch (error) {
            // Others' documents are being made: it will be this one's turn.
            if (error instanceof Problem && error.isPassing) return void setTimeout(() => this.#again(), RETRY_MS);
            this.#error = error instanceof Error ? error.message : String(error);
        }
        this.page.update();
    }

    #again() {
        this.#isAsked = false;
        void this.#ask();
    }

    view() {
        if (this.#error) {
            return html`<p class="error" role="alert">${this.#error}</p>
                <button type="button" @click=${() => this.#again()}>${t("report.again")}</button>`;
        }
        if (!this.#shown) return html`<p class="hint" aria-busy="true">${t("report.drawing")}</p>`;
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
