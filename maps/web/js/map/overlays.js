/** Overlays of map services: which are shown, how opaque, in which order. The legend chooses them, and links keep it. */

import { t } from "../shared/catalogue.js";
import { html, live, nothing, repeat } from "../lib/lit.js";

/**
 * An overlay as the service describes it.
 * @typedef {{key: string, title: string, attribution: string, opacity: number, is_shown: boolean, legends: string[], has_info: boolean, source: any}} Overlay
 */

const NAME = "overlays";
/** The state's value if the reader wants none of those that are usually shown. */
const NONE = "none";

export class Overlays {
    /** The overlays whose host did not answer. @type {Set<string>} */
    #failed = new Set();

    /**
     * @param {import("../page/app.js").App} app
     * @param {Overlay[]} all the topmost first
     */
    constructor(app, all) {
        this.app = app;
        /** @type {Overlay[]} */
        this.all = all;
        if (!all.length) return;
        app.store.subscribe((_, changed) => {
            if (changed.has(NAME)) this.#apply();
        });
        void app.map.ready.then(() => this.#apply());
    }

    /** Those that are shown, the topmost first. @returns {Overlay[]} */
    get shown() {
        const wanted = this.app.store.get(NAME);
        if (!wanted) return this.all.filter((one) => one.is_shown);
        return wanted.split(",").flatMap((part) => {
            const [key, percent] = part.split(":");
            const found = this.all.find((one) => one.key === key);
            const opacity = Math.min(Math.max(Number(percent) / 100, 0.1), 1);
            return found ? [{ ...found, opacity: Number.isNaN(opacity) ? found.opacity : opacity }] : [];
        });
    }

    /** The part of the legend where they are chosen. */
    view() {
        if (!this.all.length) return nothing;
        const { shown } = this;
        const hidden = this.all.filter(({ key }) => !shown.some((one) => one.key === key));
        return html`<fieldset class="legend-group overlays">
            <legend class="group">${t("overlay.title")}</legend>
            ${repeat(
                [...shown, ...hidden],
                ({ key }) => key,
                (one, at) => (at < shown.length ? this.#entry(one, at) : this.#checkbox(one, false)),
            )}
        </fieldset>`;
    }

    /** Say that the host of an overlay does not answer, once for each. @param {string} key */
    fail(key) {
        const overlay = this.all.find((one) => one.key === key);
        if (!overlay || this.#failed.has(key)) return;
        this.#failed.add(key);
        this.app.notices.show({ text: t("overlay.failed", { name: overlay.title }) });
    }

    /**
     * @param {Overlay} one
     * @param {number} at
     */
    #entry(one, at) {
        const percent = Math.round(one.opacity * 100);
        const fade = (/** @type {Event} */ { target }) =>
            this.#write(this.shown.map((other) => (other.key === one.key ? { ...other, opacity: Number(/** @type {HTMLInputElement} */ (target).value) / 100 } : other)));
        const raise = () => this.#write([...this.shown.slice(0, at - 1), one, ...this.shown.filter((other, place) => place >= at - 1 && other.key !== one.key)]);
        return html`${this.#checkbox(one, true)}
            <div class="entries">
                <label>
                    <span>${t("overlay.opacity")}</span>
                    <input type="range" min="10" max="100" step="10" .value=${live(String(percent))} aria-label=${t("overlay.opacity_of", { name: one.title })} @change=${fade} />
                    <output>${percent} %</output>
                </label>
                ${at ? html`<button type="button" class="quiet" aria-label=${t("overlay.raise_it", { name: one.title })} @click=${raise}>${t("overlay.raise")}</button>` : nothing}
                ${one.legends.map((address) => html`<img class="legend-picture" src=${address} alt=${t("overlay.legend_of", { name: one.title })} loading="lazy" referrerpolicy="no-referrer" />`)}
            </div>`;
    }

    /**
     * @param {Overlay} one
     * @param {boolean} isShown
     */
    #checkbox(one, isShown) {
        const toggle = () => this.#write(isShown ? this.shown.filter(({ key }) => key !== one.key) : [one, ...this.shown]);
        return html`<label class="entry"><input type="checkbox" .checked=${live(isShown)} @change=${toggle} /><span>${one.title}</span></label>`;
    }

    /** @param {Overlay[]} shown */
    #write(shown) {
        const written = shown.map(({ key, opacity }) => `${key}:${Math.round(opacity * 100)}`).join(",");
        this.app.store.set({ [NAME]: written || NONE });
    }

    #apply() {
        void this.app.map.setOverlays(this.shown);
    }
}
