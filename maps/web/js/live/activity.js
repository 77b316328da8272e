/** The panel of what has been done to the records: new for the reader first, in sentences that lead to the records. */

import { t } from "../shared/catalogue.js";
import { instant } from "../shared/format.js";
import { html, nothing, render } from "../lib/lit.js";
import { refusal } from "../shared/refusals.js";
import { isInternal } from "../shared/session.js";
import { changes } from "../records/changes.js";
import { linkOf, open } from "./record_link.js";

/** @typedef {import("../page/app.js").App} App */
/**
 * @typedef {object} Entry
 * @property {string} layer
 * @property {string} layer_title
 * @property {string} at
 * @property {string} by
 * @property {boolean} is_own
 * @property {boolean} is_new
 * @property {"record" | "batch" | "load"} kind
 * @property {number} number
 * @property {string} sentence
 * @property {{id: number, name: string, operation: string}[]} records
 */
/** @typedef {{entries: Entry[], read_at: string | null, up_to: string, next_before: string | null}} Page */

const PREFIX = "activity.";
const WHOSE = ["all", "others", "own"];
const PAGE = 50;

/** @type {import("../page/app.js").Panel} */
export const activityPanel = {
    id: "activity",
    icon: "M13 3a9 9 0 0 0-9 9H1l4 4 4-4H6a7 7 0 1 1 2 4.9l-1.4 1.4A9 9 0 1 0 13 3Zm-1 5v5l4.3 2.5.7-1.2-3.5-2.1V8H12Z",
    isFor: isInternal,
    mount: (app, root) => new ActivityPanel(app, root),
};

class ActivityPanel {
    /** @type {Page | null} */
    #found = null;
    #failed = "";
    #isClosed = false;
    #asked = 0;
    /** Whom and which layers the filters offer, of those that have been seen. @type {Map<string, string>} */
    #layers = new Map();
    /** @type {Set<string>} */
    #people = new Set();
    #changed = () => void this.#fetch();

    /**
     * @param {App} app
     * @param {HTMLElement} root
     */
    constructor(app, root) {
        this.app = app;
        this.root = root;
        changes.addEventListener("change", this.#changed);
        this.#render();
        void this.#fetch();
    }

    /**
     * @param {import("../shared/state.js").State} _
     * @param {ReadonlySet<string>} changed
     */
    update(_, changed) {
        if ([...changed].some((name) => name.startsWith(PREFIX))) void this.#fetch();
        this.#render();
    }

    unmount() {
        this.#isClosed = true;
        changes.removeEventListener("change", this.#changed);
        render(nothing, this.root);
    }

    /** @param {string} name */
    #chosen(name) {
        return this.app.store.get(PREFIX + name);
    }

    /** @param {number} limit @param {string} [before] */
    #path(limit, before) {
        const asked = new URLSearchParams({ limit: String(limit), lang: this.app.api.language });
        for (const name of ["layer", "by", "whose"]) if (this.#chosen(name)) asked.set(name, this.#chosen(name));
        if (before) asked.set("before", before);
        return `/api/activity?${asked}`;
    }

    /** Fetch as many entries again as are shown. */
    async #fetch() {
        const number = ++this.#asked;
        const shown = Math.min(Math.max(this.#found?.entries.length ?? 0, PAGE), 200);
        try {
            const found = /** @type {Page} */ (await this.app.api.get(this.#path(shown)));
            if (number !== this.#asked) return;
            [this.#found, this.#failed] = [found, ""];
        } catch (error) {
            this.#failed = refusal(error);
        }
        this.#render();
    }

    async #more() {
        const before = this.#found?.next_before;
        if (!this.#found || !before) return;
        const number = ++this.#asked;
        try {
            const page = /** @type {Page} */ (await this.app.api.get(this.#path(PAGE, before)));
            if (number !== this.#asked || !this.#found) return;
            this.#found = { ...this.#found, entries: [...this.#found.entries, ...page.entries], next_before: page.next_before };
        } catch (error) {
            this.app.notices.fail(error);
        }
        this.#render();
    }

    /** Note that all shown up to now has been read. */
    async #read() {
        if (!this.#found) return;
        try {
            await this.app.api.send("PUT", "/api/activity/read", { up_to: this.#found.up_to });
            this.app.notices.show({ text: t("activity.read_done") });
        } catch (error) {
            this.app.notices.fail(error);
        }
        await this.#fetch();
    }

    #render() {
        if (this.#isClosed) return;
        for (const entry of this.#found?.entries ?? []) {
            this.#layers.set(entry.layer, entry.layer_title);
            this.#people.add(entry.by);
        }
        render(
            html`<header class="panel-head"><h2>${t("panel.activity")}</h2></header>
                <div class="panel-body activity">
                    ${this.#filters()} ${this.#failed ? html`<p class="error" role="alert">${this.#failed}</p>` : this.#list()}
                </div>`,
            this.root,
        );
    }

    #filters() {
        const layers = [...this.#layers].sort(([, a], [, b]) => a.localeCompare(b));
        const people = [...this.#people].sort().map((name) => /** @type {[string, string]} */ ([name, name]));
        const whose = WHOSE.map((one) => /** @type {[string, string]} */ ([one === "all" ? "" : one, t(`activity.whose_${one}`)]));
        const all = /** @type {[string, string]} */ (["", t("activity.all")]);
        return html`<div class="activity-filters">
            ${this.app.session.name ? this.#choice("whose", t("activity.whose"), whose) : nothing} ${this.#choice("layer", t("activity.layer"), [all, ...layers])}
            ${this.#choice("by", t("activity.person"), [all, ...people])}
        </div>`;
    }

    /**
     * @param {string} name
     * @param {string} label
     * @param {[string, string][]} choices values and labels
     */
    #choice(name, label, choices) {
        const own = this.#chosen(name);
        const set = (/** @type {Event} */ event) => {
            const { value } = /** @type {HTMLSelectElement} */ (event.target);
            // One person's are either own or others'.
            const other = name === "by" ? { [`${PREFIX}whose`]: "" } : name === "whose" ? { [`${PREFIX}by`]: "" } : {};
            this.app.store.set({ ...other, [PREFIX + name]: value });
        };
        const known = choices.some(([value]) => value === own) ? choices : [...choices, /** @type {[string, string]} */ ([own, own])];
        return html`<div class="field">
            <label for="activity-${name}">${label}</label>
            <select id="activity-${name}" @change=${set}>
                ${known.map(([value, text]) => html`<option value=${value} ?selected=${value === own}>${text}</option>`)}
            </select>
        </div>`;
    }

    #list() {
        const found = this.#found;
        if (!found) return html`<p class="hint" role="status">${t("loading")}</p>`;
        const isFiltered = ["layer", "by", "whose"].some((name) => this.#chosen(name));
        const news = found.entries.filter((entry) => entry.is_new);
        const earlier = found.entries.filter((entry) => !entry.is_new);
        const isKnown = Boolean(this.app.session.name);
        const isNothingNew = isKnown && found.read_at && !news.length;
        return html`${news.length
                ? html`<section aria-labelledby="activity-new">
                      <h3 id="activity-new">${t("activity.new", { at: instant(found.read_at) })} <span class="badge">${news.length}${found.next_before && !earlier.length ? "+" : ""}</span></h3>
                      ${this.#entries(news)}
                  </section>`
                : nothing}
            ${isNothingNew ? html`<p class="empty" role="status">${t("activity.nothing_new", { at: instant(found.read_at) })}</p>` : nothing}
            ${isKnown && !isFiltered && found.entries.length && !isNothingNew
                ? html`<div class="buttons">
                      <button type="button" @click=${() => void this.#read()}>${t("activity.read")}</button>
                      ${found.read_at ? nothing : html`<p class="hint">${t("activity.read_hint")}</p>`}
                  </div>`
                : nothing}
            ${earlier.length
                ? html`<section aria-labelledby="activity-earlier">
                      <h3 id="activity-earlier">${t(found.read_at ? "activity.earlier" : "activity.latest")}</h3>
                      ${this.#entries(earlier)}
                  </section>`
                : nothing}
            ${found.entries.length ? nothing : html`<p class="empty" role="status">${t(isFiltered ? "activity.none_found" : "activity.none")}</p>`}
            ${found.next_before ? html`<button type="button" class="quiet" @click=${() => void this.#more()}>${t("activity.more")}</button>` : nothing}`;
    }

    /** @param {Entry[]} entries */
    #entries(entries) {
        return html`<ul class="activity-entries">
            ${entries.map(
                (entry) => html`<li class=${entry.is_new ? "new" : ""}>
                    ${this.#sentence(entry)} <span class="hint">${instant(entry.at)} · ${entry.layer_title}</span> ${this.#records(entry)}
                </li>`,
            )}
        </ul>`;
    }

    /** @param {Entry} entry */
    #sentence({ kind, sentence, layer, records }) {
        const [record] = records;
        return kind === "record" && record && record.operation !== "delete" ? this.#link(layer, record.id, sentence) : html`<span>${sentence}</span>`;
    }

    /** @param {Entry} entry */
    #records({ kind, layer, number, records }) {
        if (kind !== "batch" || !records.length) return nothing;
        const others = number - records.length;
        return html`<details>
            <summary>${t("activity.records", { count: number })}</summary>
            <ul>
                ${records.map(({ id, name, operation }) => html`<li>${operation === "delete" ? html`<del>${name}</del>` : this.#link(layer, id, name)}</li>`)}
                ${others > 0 ? html`<li class="hint">${t("activity.others", { count: others })}</li>` : nothing}
            </ul>
        </details>`;
    }

    /**
     * @param {string} layer
     * @param {number} id
     * @param {string} text
     */
    #link(layer, id, text) {
        const go = (/** @type {MouseEvent} */ event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            open(this.app, layer, id);
        };
        return html`<a href=${linkOf(layer, id)} @click=${go}>${text}</a>`;
    }
}
