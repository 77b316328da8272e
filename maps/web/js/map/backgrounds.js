/** The choice of a background in the legend, which links and this browser keep, and its attribution. */

import { t } from "../shared/catalogue.js";
import { html, nothing } from "../lib/lit.js";

/** @typedef {import("./ground.js").Background} Background */

const NAME = "background";
const NONE = "none";
/** The name in the browser's storage. */
const KEPT = "flurwerk.background";

export class Backgrounds {
    /** The background whose host did not answer. @type {string | undefined} */
    #failed;

    /**
     * @param {import("../page/app.js").App} app
     * @param {Background[]} all
     */
    constructor(app, all) {
        this.app = app;
        /** @type {Background[]} */
        this.all = all;
        /** What a reader who has chosen nothing sees. */
        this.usual = all.find((one) => one.is_default)?.key ?? NONE;
        if (!all.length) return;
        const kept = localStorage.getItem(KEPT);
        if (!app.store.get(NAME) && kept && kept !== this.usual && this.#isKnown(kept)) app.store.set({ [NAME]: kept });
        app.store.subscribe((_, changed) => {
            if (changed.has(NAME)) void this.#show();
        });
        void app.map.ready.then(() => this.#show());
    }

    /** The background that is shown. @returns {Background | null} */
    get shown() {
        return this.all.find(({ key }) => key === this.key) ?? null;
    }

    /** Its key, or `none`. */
    get key() {
        const wanted = this.app.store.get(NAME);
        return this.#isKnown(wanted) ? wanted : this.usual;
    }

    /** The part of the legend where it is chosen. */
    view() {
        if (!this.all.length) return nothing;
        const choose = (/** @type {Event} */ { target }) => this.#choose(/** @type {HTMLSelectElement} */ (target).value);
        const options = [{ key: NONE, title: t("background.none") }, ...this.all];
        return html`<label class="background">
            <span>${t("background.title")}</span>
            <select name="background" @change=${choose}>
                ${options.map(({ key, title }) => html`<option value=${key} .selected=${key === this.key}>${title}</option>`)}
            </select>
        </label>`;
    }

    /** @param {string} key */
    #isKnown(key) {
        return key === NONE || this.all.some((one) => one.key === key);
    }

    /** @param {string} key */
    #choose(key) {
        localStorage.setItem(KEPT, key);
        this.app.store.set({ [NAME]: key === this.usual ? "" : key });
    }

    async #show() {
        const { shown } = this;
        try {
            await this.app.map.setBackground(shown);
        } catch {
            this.fail(shown);
        }
    }

    /** Say that the host of a background does not answer, once for each. @param {Background | null} [background] */
    fail(background = this.shown) {
        if (!background || this.#failed === background.key) return;
        this.#failed = background.key;
        this.app.notices.show({ text: t("background.failed", { name: background.title }) });
    }
}

/** The part of a hand-out's address that names the background of its maps. @param {import("../page/app.js").App} app */
export function chosenBackground({ backgrounds }) {
    return backgrounds?.all.length ? `&background=${backgrounds.key}` : "";
}
