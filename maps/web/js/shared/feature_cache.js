/** What the page fetches about a feature when it is shown, and then keeps as long as the feature is the same. */

import { t } from "./catalogue.js";
import { html } from "../lib/lit.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {{answer?: any, error?: unknown}} Fetched */

export class Answers {
    /** @type {WeakMap<object, Fetched>} */
    #answers = new WeakMap();

    /** @param {(feature: any, app: App) => string} path of what belongs to a feature */
    constructor(path) {
        this.path = path;
    }

    /**
     * The answer about a feature, or neither that nor an error while it is on its way.
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
     * What is made of the answer; meanwhile that it is loading, and where it failed a way to try again.
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
