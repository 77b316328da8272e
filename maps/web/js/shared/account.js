/** The account: signing in with a token, signing out, and noticing the end of the session. */

import { language, t } from "./catalogue.js";
import { html, live, nothing, render } from "../lib/lit.js";
import { fetchSession, mayEdit, NOBODY, signIn } from "./session.js";

/** @typedef {import("./session.js").Session} Session */
/**
 * A page with an account.
 * @typedef {Pick<import("../page/app.js").App, "api" | "session" | "notices"> & {places: {account: HTMLElement}}} Page
 */

/** Where editors load files. */
const LOAD = "/load";
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class Account {
    #token = "";
    #error = "";
    /** Whether the session has ended while the page still shows its data. */
    #isOver = false;
    #isBusy = false;
    #timer = 0;

    /** @param {Page} app */
    constructor(app) {
        this.app = app;
        this.root = app.places.account;
        app.api.onSessionEnd = () => this.#ended();
        document.addEventListener("visibilitychange", () => void this.#look());
    }

    /**
     * Show a session, and check it again when it expires.
     * @param {Session} session
     */
    show(session) {
        this.app.session = session;
        this.#isOver = false;
        clearTimeout(this.#timer);
        if (session.expires_at) {
            const left = new Date(session.expires_at).getTime() - Date.now() + 1000;
            this.#timer = setTimeout(() => void this.#look(), Math.min(Math.max(left, 0), LONGEST_TIMER_MS));
        }
        this.#render();
    }

    /** Open the dialog. */
    open() {
        this.#token = "";
        this.#error = "";
        this.#render();
        this.#dialog?.showModal();
        this.root.querySelector("input")?.focus();
    }

    /** @returns {HTMLDialogElement | null} */
    get #dialog() {
        return this.root.querySelector("dialog");
    }

    /** Check whether the session has ended, by expiry or in another window. */
    async #look() {
        const { session, api } = this.app;
        if (document.hidden || !session.name || this.#isOver) return;
        const found = await fetchSession(api).catch(() => null);
        if (found && found.name !== session.name) this.#ended();
    }

    #ended() {
        if (this.#isOver) return;
        this.#isOver = true;
        this.open();
    }

    /** Sign in. The page is kept if the same account returns; otherwise it is reloaded. */
    async #submit() {
        this.#isBusy = true;
        this.#render();
        try {
            const before = this.app.session.name;
            const session = await signIn(this.app.api, this.#token.trim());
            this.#token = "";
            if (!this.#isOver || session.name !== before) return location.reload();
            this.#dialog?.close();
            this.show(session);
            this.app.notices.show({ text: t("session.again", { name: session.name ?? "" }) });
        } catch (error) {
            this.#error = wording(error);
        }
        this.#isBusy = false;
        this.#render();
        this.root.querySelector("input")?.focus();
    }

    #closed() {
        // Without signing in again, the reader continues with public data only.
        if (this.#isOver && !this.app.api.csrf) location.reload();
    }

    async #signOut() {
        try {
            await this.app.api.send("DELETE", "/api/session");
            this.app.session = NOBODY;
            location.reload();
        } catch (error) {
            this.app.notices.fail(error);
        }
    }

    #render() {
        const { name, role } = this.app.session;
        const mayLoad = mayEdit(this.app.session) && location.pathname !== LOAD;
        render(
            html`${mayLoad ? html`<a class="to-reports to-load" href="${LOAD}?lang=${language}">${t("load.page")}</a>` : nothing}
                ${name
                    ? html`<span class="who"><span class="hidden">${t("session.as")}</span> <strong>${name}</strong> <span class="tag">${t(`role.${role}`)}</span></span>
                          <button type="button" class="quiet" @click=${() => this.#signOut()}>${t("session.sign_out")}</button>`
                    : html`<button type="button" class="sign-in" @click=${() => this.open()}>${t("session.sign_in")}</button>`}
                ${this.#form()}`,
            this.root,
        );
    }

    #form() {
        const submit = (/** @type {Event} */ event) => {
            event.preventDefault();
            if (this.#token.trim() && !this.#isBusy) void this.#submit();
        };
        return html`<dialog class="card" aria-labelledby="sign-in-title" @close=${() => this.#closed()}>
            <form @submit=${submit}>
                <h2 id="sign-in-title">${t(this.#isOver ? "session.over" : "session.title")}</h2>
                <p>${t(this.#isOver ? "session.over_hint" : "session.hint")}</p>
                <div class="field">
                    <label for="token">${t("session.token")}</label>
                    <input
                        id="token"
                        type="password"
                        autocomplete="current-password"
                        spellcheck="false"
                        maxlength="200"
                        required
                        aria-invalid=${this.#error ? "true" : "false"}
                        aria-describedby="token-error"
                        .value=${live(this.#token)}
                        @input=${(/** @type {InputEvent} */ event) => (this.#token = /** @type {HTMLInputElement} */ (event.target).value)}
                    />
                    <p class="error" id="token-error" role="alert">${this.#error || nothing}</p>
                </div>
                <div class="buttons">
                    <button type="submit" class="primary" ?disabled=${this.#isBusy}>${t("session.sign_in")}</button>
                    <button type="button" @click=${() => this.#dialog?.close()}>${t(this.#isOver ? "session.go_on" : "cancel")}</button>
                </div>
            </form>
        </dialog>`;
    }
}

/** @param {unknown} error */
function wording(error) {
    const { status = 0, message = String(error) } = /** @type {import("./api.js").Problem} */ (error);
    if (status === 401 || status === 400) return t("session.wrong");
    return status ? message : t("away.title");
}
