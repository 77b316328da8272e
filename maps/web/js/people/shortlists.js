/** Shortlists on the server, of whoever has signed in: several, one's own or shared; one of them is open. */

import { t } from "../shared/catalogue.js";
import { instant } from "../shared/format.js";
import { Problem } from "../shared/api.js";
import { html, nothing } from "../lib/lit.js";
import { forgetHere, keptHere, NAME } from "../land/shortlist.js";
import { askName, confirmDelete, sendChange, whose } from "./kept.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./kept.js").Kept & {plots: number[]}} Shortlist */

const PATH = "/api/shortlists";
const OPEN = "list";

export class Shortlists {
    /** Whether lists are on the server. */
    isOn = false;
    /** @type {Shortlist[]} */
    #lists = [];
    /** The list that is open; none for one that came with a link. @type {Shortlist | null} */
    current = null;
    /** Changes are sent one after the other. @type {Promise<void>} */
    #sent = Promise.resolve();

    /** @param {App} app */
    constructor(app) {
        this.app = app;
    }

    /** Fetch the lists, and take over the one that this browser has kept. */
    async begin() {
        const { app } = this;
        if (this.isOn) return this.load();
        if (!app.session.name) return;
        const kept = keptHere();
        try {
            await this.#fetch();
            if (kept.length) await this.#takeOver(kept);
            const linked = app.store.get(NAME);
            const isLinked = linked && linked !== kept.join(",");
            this.isOn = true;
            this.#open(this.#lists.find(({ id }) => String(id) === app.store.get(OPEN)) ?? (isLinked ? null : this.#own ?? null));
            document.addEventListener("visibilitychange", () => void (document.hidden || this.load()));
        } catch (error) {
            app.notices.fail(error);
        }
    }

    /** Fetch the lists again: others may have changed them. */
    async load() {
        if (!this.isOn) return;
        try {
            await this.#fetch();
        } catch (error) {
            this.app.notices.fail(error);
        }
        this.#drawn();
    }

    get #own() {
        return this.#lists.find(({ is_own }) => is_own);
    }

    async #fetch() {
        this.#lists = (await this.app.api.get(PATH)).shortlists;
        if (this.current) this.current = this.#lists.find(({ id }) => id === this.current?.id) ?? null;
    }

    /**
     * Add what this browser has kept to one's own list, or to a new one if it does not fit; only then forget it here.
     * @param {number[]} kept
     */
    async #takeOver(kept) {
        const { app } = this;
        const own = this.#own;
        try {
            await (own ? app.api.send("POST", `${PATH}/${own.id}/plots`, { add: kept }) : app.api.send("POST", PATH, { name: t("shortlist.title"), plots: kept }));
        } catch (error) {
            if (!(error instanceof Problem) || error.status !== 409) throw error;
            await app.api.send("POST", PATH, { name: t("shortlists.from_browser", { at: instant(new Date().toISOString()) }), plots: kept });
        }
        forgetHere();
        app.notices.show({ text: t("shortlists.taken_over", { count: kept.length }) });
        await this.#fetch();
    }

    /** @param {Shortlist | null} list */
    #open(list) {
        this.current = list;
        this.#drawn();
    }

    /** Show the list, and keep it in the address. */
    #drawn() {
        const { app, current } = this;
        if (current) app.store.set({ [OPEN]: current.id, [NAME]: current.plots.join(",") });
        else app.store.set({ [OPEN]: "" });
        if (app.isLoaded) {
            app.table.render();
            app.update();
        }
    }

    /**
     * Give the open list these plots: what is new is added, what is missing taken off, whatever others do meanwhile.
     * @param {number[]} ids
     */
    change(ids) {
        this.#sent = this.#sent.then(() => this.#change(ids)).catch((error) => {
            this.app.notices.fail(error);
            return this.load();
        });
        return this.#sent;
    }

    /** @param {number[]} ids */
    async #change(ids) {
        const { api, store } = this.app;
        const list = this.current;
        if (!list && store.get(NAME)) return store.set({ [NAME]: ids.join(",") });
        if (!list) return this.#make(this.#own ? `${t("shortlist.title")} ${this.#lists.length + 1}` : t("shortlist.title"), ids);
        const add = ids.filter((id) => !list.plots.includes(id));
        const remove = list.plots.filter((id) => !ids.includes(id));
        const send = async () => {
            if (add.length || remove.length) return api.send("POST", `${PATH}/${list.id}/plots`, { add, remove });
            return api.send("PATCH", `${PATH}/${list.id}`, { plots: ids }, { "If-Match": list.etag });
        };
        this.#replace(await (await send()).json());
    }

    /** @param {Shortlist} changed */
    #replace(changed) {
        this.#lists = this.#lists.map((one) => (one.id === changed.id ? changed : one));
        this.#open(changed);
    }

    /**
     * @param {string} name
     * @param {number[]} plots
     */
    async #make(name, plots) {
        try {
            const made = await (await this.app.api.send("POST", PATH, { name, plots })).json();
            this.#lists.push(made);
            this.#open(made);
        } catch (error) {
            this.app.notices.fail(error);
        }
    }

    async #new() {
        const name = await askName(this.app, t("shortlists.new"), "", t("shortlists.make"));
        if (name) await this.#make(name, []);
    }

    /** Keep a list that came with a link. @param {number[]} plots */
    async #keep(plots) {
        const name = await askName(this.app, t("shortlists.keep"), "", t("shortlists.make"));
        if (name) await this.#make(name, plots);
    }

    /** @param {Shortlist} list @param {Record<string, unknown>} change */
    async #patch(list, change) {
        await sendChange(this.app, "PATCH", PATH, list, change);
        await this.load();
    }

    /** @param {Shortlist} list */
    async #rename(list) {
        const name = await askName(this.app, t("kept.rename"), list.name, t("kept.rename"));
        if (name && name !== list.name) await this.#patch(list, { name });
    }

    /** @param {Shortlist} list */
    async #delete(list) {
        if (!(await confirmDelete(this.app, list)) || !(await sendChange(this.app, "DELETE", PATH, list))) return this.load();
        this.#lists = this.#lists.filter(({ id }) => id !== list.id);
        this.app.store.set({ [NAME]: "" });
        this.#open(this.#own ?? null);
        const actions = list.is_own ? [{ label: t("undo.undo"), run: () => void this.#make(list.name, list.plots) }] : [];
        return this.app.notices.show({ text: t("kept.deleted", { name: list.name }), actions });
    }

    /** Which list is open, and what can be done with it. */
    chooser() {
        if (!this.isOn) return nothing;
        const { current } = this;
        const linked = current ? [] : this.app.store.get(NAME).split(",").filter(Boolean).map(Number);
        const choose = (/** @type {Event} */ event) => {
            const { value } = /** @type {HTMLSelectElement} */ (event.target);
            this.#open(this.#lists.find(({ id }) => String(id) === value) ?? null);
        };
        return html`<div class="kept shortlists">
            ${this.#lists.length
                ? html`<div class="field">
                      <label for="shortlist-open">${t("shortlists.open")}</label>
                      <select id="shortlist-open" @change=${choose}>
                          ${current ? nothing : html`<option value="" selected>${t(linked.length ? "shortlists.linked" : "shortlists.none")}</option>`}
                          ${this.#lists.map((one) => html`<option value=${one.id} ?selected=${one.id === current?.id}>${label(one)}</option>`)}
                      </select>
                  </div>`
                : nothing}
            ${linked.length ? html`<p class="hint">${t("shortlists.linked_hint")} <button type="button" class="link" @click=${() => void this.#keep(linked)}>${t("shortlists.keep")}</button></p>` : nothing}
            <div class="buttons">
                ${current ? whose(current) : nothing}
                ${current?.is_own ? html`<button type="button" class="quiet" @click=${() => void this.#patch(current, { is_shared: !current.is_shared })}>${t(current.is_shared ? "kept.unshare" : "kept.share")}</button>` : nothing}
                ${current?.may_change
                    ? html`<button type="button" class="quiet" @click=${() => void this.#rename(current)}>${t("kept.rename")}</button>
                          <button type="button" class="quiet" @click=${() => void this.#delete(current)}>${t("kept.delete")}</button>`
                    : nothing}
                <button type="button" class="quiet" @click=${() => void this.#new()}>${t("shortlists.new")}</button>
            </div>
        </div>`;
    }
}

/** @param {Shortlist} list */
const label = ({ name, is_own, owner, plots }) => `${name}${is_own ? "" : ` – ${owner ?? t("kept.former")}`} (${plots.length})`;
