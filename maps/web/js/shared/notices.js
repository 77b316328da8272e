/** Notices: temporary messages, and a banner while the service is unavailable. */

import { t } from "./catalogue.js";
import { html, nothing, render } from "../lib/lit.js";

/** @typedef {{label: string, run: () => void}} NoticeAction */
/** @typedef {{text: string, kind?: "done" | "failed", actions?: NoticeAction[]}} Notice */

const SHOWN_MS = 8000;

export class Notices {
    /** @type {Notice | null} */
    #notice = null;
    #isAway = false;
    #timer = 0;

    /** @param {HTMLElement} root */
    constructor(root) {
        this.root = root;
        this.#render();
    }

    /**
     * Show a message for some seconds; one with an action or an error stays longer.
     * @param {Notice} notice
     */
    show(notice) {
        this.#notice = notice;
        clearTimeout(this.#timer);
        const close = () => this.close();
        this.#timer = setTimeout(close, notice.actions?.length || notice.kind === "failed" ? SHOWN_MS * 2 : SHOWN_MS);
        this.#render();
    }

    /**
     * Show an error's message, unless a request was aborted.
     * @param {unknown} error
     */
    fail(error) {
        if (error instanceof DOMException && error.name === "AbortError") return;
        this.show({ text: error instanceof Error ? error.message : String(error), kind: "failed" });
    }

    close() {
        this.#notice = null;
        this.#render();
    }

    /** @param {boolean} isAway whether the service is unavailable */
    away(isAway) {
        if (isAway === this.#isAway) return;
        this.#isAway = isAway;
        this.#render();
    }

    #render() {
        const notice = this.#notice;
        render(
            html`${this.#isAway
                    ? html`<div class="banner" role="alert">
                          <strong>${t("away.title")}</strong> <span>${t("away.text")}</span>
                      </div>`
                    : nothing}
                <div class="toast-place" role="status" aria-live="polite">
                    ${notice
                        ? html`<div class="toast ${notice.kind ?? "done"}">
                              <span>${notice.text}</span>
                              ${(notice.actions ?? []).map((action) => html`<button type="button" @click=${() => this.#act(action)}>${action.label}</button>`)}
                              <button type="button" class="icon" aria-label=${t("close")} @click=${() => this.close()}>×</button>
                          </div>`
                        : nothing}
                </div>`,
            this.root,
        );
    }

    /** @param {NoticeAction} action */
    #act(action) {
        this.close();
        action.run();
    }
}
