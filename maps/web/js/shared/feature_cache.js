/** A cache of data fetched about a feature when it is first shown, kept as long as the feature object. */

import { t } from "./catalogue.js";
import { html } from "../lib/lit.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {{answer?: any, error?: unknown}} Fetched */

export class FeatureCache {
    /** @type {WeakMap<object, Fetched>} */
    #answers = new WeakMap();

    /** @param {(feature: any, app: App) => string} path of the data about a feature */
    constructor(path) {
        this.path = path;
    }

    /**
     * The answer about a feature, or the error; neither while it is being fetched.
     * @param {App} app
     * @param {any} feature
     * @returns {Fetched}
     */
    of(app, feature) {
        const known = this.#answers.get(feature);
        if (known) return known;
        /** @type {Fetched} */
        const found = {};
        this.#answers.set(feature, found);
        app.api
            .get(this.path(feature, app))
            .then(
                (answer) => (found.answer = answer),
                (error) => (found.error = error),
            )
            .then(() => app.update());
        return found;
    }

    /**
     * The view of the answer, a note while it is loading, or an error with a button to retry.
     * @param {App} app
     * @param {any} feature
     * @param {(answer: any) => unknown} shown
     */
    view(app, feature, shown) {
        const { answer, error } = this.of(app, feature);
        if (answer !== undefined) return shown(answer);
        if (error === undefined) return html`<p class="hint" aria-busy="true">${t("loading")}</p>`;
        const again = () => {
            this.#answers.delete(feature);
            app.update();
        };
        return html`<p class="hint">${t("fetched.failed")} <button type="button" class="link" @click=${again}>${t("fetched.again")}</button></p>`;
    }
}
