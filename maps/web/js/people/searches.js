/** Saved searches, in the panel for finding plots: the current filters under a name, one's own or shared with all. */

import { t } from "../shared/catalogue.js";
import { confirmAction } from "../shared/confirm_dialog.js";
import { Problem } from "../shared/api.js";
import { html, nothing } from "../lib/lit.js";
import { FILTERS, stateName } from "../land/filters.js";
import { askName, confirmDelete, sendChange, whose } from "./kept.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./kept.js").Kept & {filters: Record<string, string>, faults: {property: string, label: string, reason: string}[]}} Search */

const PATH = "/api/saved-searches";

export class Searches {
    /** @type {Search[] | null} */
    #found = null;

    /** @param {App} app */
    constructor(app) {
        this.app = app;
    }

    /** Fetch the searches that the reader sees; nobody has any who has not signed in. */
    async load() {
        if (!this.app.session.name) return;
        try {
            this.#found = (await this.app.api.get(PATH)).searches;
        } catch (error) {
            this.app.notices.fail(error);
        }
        this.app.update();
    }

    /** The filters that are set, by property. */
    get #current() {
        const set = FILTERS.map((filter) => [filter.property, this.app.store.get(stateName(filter))]);
        return Object.fromEntries(set.filter(([, value]) => value));
    }

    /** The section of the panel. */
    view() {
        if (!this.#found) return nothing;
        const current = this.#current;
        const isSet = Object.keys(current).length > 0;
        const found = this.#found;
        return html`<section class="kept" aria-labelledby="saved-searches">
            <h3 id="saved-searches">${t("searches.title")} ${found.length ? html`<span class="badge">${found.length}</span>` : nothing}</h3>
            ${found.length
                ? html`<ul>
                      ${found.map((search) => this.#entry(search, current, isSet))}
                  </ul>`
                : html`<p class="hint">${t("searches.none")}</p>`}
            <p><button type="button" ?disabled=${!isSet} @click=${() => void this.#save(current)}>${t("searches.save")}</button></p>
        </section>`;
    }

    /**
     * @param {Search} search
     * @param {Record<string, string>} current
     * @param {boolean} isSet
     */
    #entry(search, current, isSet) {
        const { name, filters, faults, may_change: mayChange, is_own: isOwn, is_shared: isShared } = search;
        const isCurrent = same(filters, current);
        const deed = (/** @type {string} */ label, /** @type {() => void} */ run, isOff = false) => html`<button type="button" ?disabled=${isOff} @click=${run}>${label}</button>`;
        return html`<li>
            <div class="kept-head">
                ${faults.length
                    ? html`<strong>${name}</strong>`
                    : html`<button type="button" class="link" aria-current=${isCurrent ? "true" : "false"} @click=${() => this.#open(filters)}>${name}</button>`}
                ${whose(search)}
                <details class="deeds">
                    <summary aria-label=${t("kept.more", { name })} title=${t("kept.more", { name })}>⋯</summary>
                    <div>
                        ${faults.length ? nothing : deed(t("watch.watch"), () => void this.app.watching.add({ search: search.id }))}
                        ${mayChange && isOwn ? deed(t(isShared ? "kept.unshare" : "kept.share"), () => void this.#change(search, { is_shared: !isShared })) : nothing}
                        ${mayChange ? deed(t("kept.rename"), () => void this.#rename(search)) : nothing}
                        ${mayChange ? deed(t("searches.overwrite"), () => void this.#overwrite(search, current), !isSet || isCurrent) : nothing}
                        ${mayChange ? deed(t("kept.delete"), () => void this.#delete(search)) : nothing}
                    </div>
                </details>
            </div>
            ${faults.map(({ label, reason }) => html`<p class="error">${label}: ${reason}</p>`)}
        </li>`;
    }

    /** @param {Record<string, string>} filters */
    #open(filters) {
        this.app.store.set(Object.fromEntries(FILTERS.map((filter) => [stateName(filter), filters[filter.property] ?? ""])));
    }

    /** @param {Record<string, string>} filters */
    async #save(filters) {
        const { app } = this;
        const name = await askName(app, t("searches.save"), "", t("searches.save_now"));
        if (!name) return;
        try {
            await app.api.send("POST", PATH, { name, filters });
            app.notices.show({ text: t("searches.saved", { name }) });
        } catch (error) {
            const other = error instanceof Problem && error.status === 409 ? this.#found?.find((one) => one.is_own && one.name === name) : null;
            if (other) return this.#overwrite(other, filters);
            app.notices.fail(error);
        }
        await this.load();
    }

    /**
     * @param {Search} search
     * @param {Record<string, string>} filters
     */
    async #overwrite(search, filters) {
        const { name } = search;
        const question = { title: t("searches.overwrite_title"), text: t("searches.overwrite_text", { name }), yes: t("searches.overwrite"), no: t("cancel") };
        if (await confirmAction(this.app, question)) await this.#change(search, { filters });
    }

    /** @param {Search} search */
    async #rename(search) {
        const name = await askName(this.app, t("kept.rename"), search.name, t("kept.rename"));
        if (name && name !== search.name) await this.#change(search, { name });
    }

    /**
     * @param {Search} search
     * @param {Record<string, unknown>} change
     */
    async #change(search, change) {
        await sendChange(this.app, "PATCH", PATH, search, change);
        await this.load();
    }

    /** @param {Search} search */
    async #delete(search) {
        if (!(await confirmDelete(this.app, search))) return;
        const isDone = await sendChange(this.app, "DELETE", PATH, search);
        const again = { name: search.name, filters: search.filters, is_shared: search.is_shared };
        const undo = async () => {
            await this.app.api.send("POST", PATH, again).catch((error) => this.app.notices.fail(error));
            await this.load();
        };
        if (isDone) this.app.notices.show({ text: t("kept.deleted", { name: search.name }), actions: search.is_own ? [{ label: t("undo.undo"), run: () => void undo() }] : [] });
        await this.load();
    }
}

/**
 * @param {Record<string, string>} one
 * @param {Record<string, string>} other
 */
function same(one, other) {
    const names = Object.keys(one);
    return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
