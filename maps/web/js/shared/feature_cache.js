/** A cache of data fetched about a feature when it is first shown, kept as long as the feature object. */

import { t } from "./catalogue.js";
import { html } from "../lib/lit.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {{answer?: any, error?: unknown}} Fetched */

/** By the layer whose records the answers are made of. @type {Map<string, FeatureCache>} */
const caches = new Map();

/**
 * Fetch again what is shown of records in these layers, since some of them have changed. It stays until the new answer is there.
 * @param {App} app
 * @param {any} feature
 * @param {Iterable<string>} layers
 */
export function renew(app, feature, layers) {
    for (const layer of layers) caches.get(layer)?.renew(app, feature);
}

export class FeatureCache {
    /** @type {WeakMap<object, Fetched>} */
    #answers = new WeakMap();

    /**
     * @param {(feature: any, app: App) => string} path of the data about a feature
     * @param {string} [layer] of the records that the data is made of, if they change without the feature
     */
    constructor(path, layer) {
        this.path = path;
        if (layer) caches.set(layer, this);
    }

    /**
     * The answer about a feature, or the error; neither while it is being fetched.
     * @param {App} app
     * @param {any} feature
     * @returns {Fetched}
     */
    of(app, feature) {
        return this.#answers.get(feature) ?? this.#ask(app, feature, {});
    }

    /** Fetch it again, if it has been. @param {App} app @param {any} feature */
    renew(app, feature) {
        const known = this.#answers.get(feature);
        if (known) this.#ask(app, feature, known);
    }

    /**
     * @param {App} app
     * @param {any} feature
     * @param {Fetched} until what there is until it has been fetched
     */
    #ask(app, feature, until) {
        // A later question has a later object: what comes for an earlier one is nobody's any more.
        const found = { ...until };
        this.#answers.set(feature, found);
        app.api
            .get(this.path(feature, app))
            .then(
                (answer) => Object.assign(found, { answer, error: undefined }),
                (error) => Object.assign(found, { answer: undefined, error }),
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
