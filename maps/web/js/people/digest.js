/** The daily digest: to which address it goes, in which language. */

import { t } from "../shared/catalogue.js";
import { html, live, nothing } from "../lib/lit.js";

/** @typedef {import("../page/app.js").App} App */

const PATH = "/api/watches/digest";
const LANGUAGES = /** @type {const} */ (["de", "en"]);

export class Digest {
    /** @type {{email: string | null, language: "de" | "en", is_sent: boolean, failure: string | null} | null} */
    #found = null;
    #email = "";
    #language = "de";

    /**
     * @param {App} app
     * @param {() => void} draw
     */
    constructor(app, draw) {
        this.app = app;
        this.draw = draw;
    }

    async load() {
        try {
            this.#show(await this.app.api.get(PATH));
        } catch (error) {
            this.app.notices.fail(error);
        }
    }

    /** @param {any} found */
    #show(found) {
        this.#found = found;
        this.#email = found.email ?? "";
        this.#language = found.email ? found.language : this.app.settings.language;
        this.draw();
    }

    /** @param {string | null} email */
    async #set(email) {
        try {
            this.#show(await (await this.app.api.send("PUT", PATH, { email, language: this.#language })).json());
            this.app.notices.show({ text: t(email ? "digest.set" : "digest.off", { email: email ?? "" }) });
        } catch (error) {
            this.app.notices.fail(error);
        }
    }

    view() {
        const found = this.#found;
        if (!found) return nothing;
        const submit = (/** @type {Event} */ event) => {
            event.preventDefault();
            if (this.#email.trim()) void this.#set(this.#email.trim());
        };
        return html`<form class="digest" @submit=${submit}>
            <h3>${t("digest.title")}</h3>
            <p class="hint">${t("digest.hint")}</p>
            ${found.is_sent ? nothing : html`<p class="hint">${t("digest.no_server")}</p>`}
            ${found.failure ? html`<p class="error" role="status">${t("digest.failed", { reason: found.failure })}</p>` : nothing}
            <div class="field">
                <label for="digest-email">${t("digest.email")}</label>
                <input id="digest-email" type="email" autocomplete="email" required maxlength="254" .value=${live(this.#email)} @input=${(/** @type {InputEvent} */ event) => (this.#email = /** @type {HTMLInputElement} */ (event.target).value)} />
            </div>
            <div class="field">
                <label for="digest-language">${t("handout.language")}</label>
                <select id="digest-language" @change=${(/** @type {Event} */ event) => (this.#language = /** @type {HTMLSelectElement} */ (event.target).value)}>
                    ${LANGUAGES.map((lang) => html`<option value=${lang} ?selected=${lang === this.#language}>${t(`handout.language.${lang}`)}</option>`)}
                </select>
            </div>
            <div class="buttons">
                <button type="submit">${t(found.email ? "digest.change" : "digest.subscribe")}</button>
                ${found.email ? html`<button type="button" class="quiet" @click=${() => void this.#set(null)}>${t("digest.unsubscribe")}</button>` : nothing}
            </div>
        </form>`;
    }
}
