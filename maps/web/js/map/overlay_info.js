/** What map services, and files of the reader's own, tell of a place that the reader clicks on. Their answers are texts, whatever is in them. */

import { t } from "../shared/catalogue.js";
import { html, nothing, render } from "../lib/lit.js";

/** @typedef {{is_answered: boolean, features: {name: string, value: string}[][], text: string}} Told */
/** @typedef {{title: string, told: Told | null}} Answer */

export class OverlayInfo {
    /** @type {AbortController | null} */
    #asking = null;

    /** @param {import("../page/app.js").App} app */
    constructor(app) {
        this.app = app;
        this.root = Object.assign(document.createElement("section"), { className: "overlay-info", hidden: true });
        this.root.setAttribute("aria-label", t("overlay.info"));
        this.root.setAttribute("aria-live", "polite");
        app.places.map.parentElement?.append(this.root);
        app.map.map.on("click", ({ lngLat, point }) => {
            if (!app.isDrawing) void this.ask(lngLat, app.ownFiles?.at(point));
        });
        app.store.subscribe((_, changed) => {
            if (changed.has("overlays")) this.close();
        });
    }

    /** Whether an overlay is shown that tells what lies at a place. */
    get isUseful() {
        return this.app.overlays?.shown.some((one) => one.has_info) ?? false;
    }

    /**
     * Ask all overlays that are shown.
     * @param {{lng: number, lat: number}} place
     * @param {Answer[]} [own] what the reader's own files have there
     */
    async ask({ lng, lat }, own = []) {
        const asked = this.app.overlays?.shown.filter((one) => one.has_info) ?? [];
        this.#asking?.abort();
        if (!asked.length && !own.length) return this.close();
        const asking = (this.#asking = new AbortController());
        /** @type {Answer[]} */
        const answers = [...asked.map(({ title }) => ({ title, told: null })), ...own];
        this.#show(answers);
        const place = `longitude=${lng.toFixed(7)}&latitude=${lat.toFixed(7)}&zoom=${this.app.map.map.getZoom().toFixed(2)}`;
        await Promise.all(
            asked.map(async ({ key }, at) => {
                const told = await this.#told(`/api/overlays/${key}/info?${place}`, asking.signal);
                const answer = answers[at];
                if (asking.signal.aborted || !answer) return;
                answer.told = told;
                this.#show(answers);
            }),
        );
    }

    close() {
        this.#asking?.abort();
        this.root.hidden = true;
        render(nothing, this.root);
    }

    /**
     * @param {string} path
     * @param {AbortSignal} signal
     * @returns {Promise<Told>}
     */
    async #told(path, signal) {
        try {
            return await this.app.api.get(path, { signal });
        } catch {
            return { is_answered: false, features: [], text: "" };
        }
    }

    /** @param {Answer[]} answers */
    #show(answers) {
        this.root.hidden = false;
        render(
            html`<header>
                    <h2>${t("overlay.info")}</h2>
                    <button type="button" class="icon" aria-label=${t("close")} @click=${() => this.close()}>×</button>
                </header>
                ${answers.map(({ title, told }) => html`<h3>${title}</h3>${told ? answer(told) : html`<p>${t("overlay.asking")}</p>`}`)}`,
            this.root,
        );
    }
}

/** @param {Told} told */
function answer({ is_answered, features, text }) {
    if (!is_answered) return html`<p class="error">${t("overlay.no_answer")}</p>`;
    if (text) return html`<pre>${text}</pre>`;
    if (!features.length) return html`<p>${t("overlay.nothing")}</p>`;
    return features.map(
        (facts) => html`<table>
            <tbody>
                ${facts.map(({ name, value }) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}
            </tbody>
        </table>`,
    );
}
