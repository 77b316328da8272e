/** The panel for mobile sites: the operators' requests, and one request with its ring, candidates and surroundings. */

import { keeps } from "../shared/kept.js";
import { t } from "../shared/catalogue.js";
import { day, number, quantity } from "../shared/format.js";
import { html, nothing, render } from "../lib/lit.js";
import { SiteMap } from "./mobile_map.js";
import { refusal } from "../shared/refusals.js";
import { changes } from "../records/changes.js";
import { openForm } from "../records/open_form.js";
import { isInternal, mayEditLayer } from "../shared/session.js";
import { ASSESS, candidateFor } from "./mobile_actions.js";
import { sortable } from "../shared/sortable.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {Record<string, any>} Row */

/** Final states, in which nothing remains to be done. */
const DONE = new Set(["on_air", "withdrawn"]);

/** @type {import("../page/app.js").Panel} */
export const mobile = {
    id: "mobile",
    icon: "M12 10a2 2 0 0 1 1 3.7V22h-2v-8.3A2 2 0 0 1 12 10ZM7.1 7.1l1.4 1.4a5 5 0 0 0 0 7l-1.4 1.4a7 7 0 0 1 0-9.8Zm9.8 0a7 7 0 0 1 0 9.8l-1.4-1.4a5 5 0 0 0 0-7l1.4-1.4ZM4.2 4.2l1.4 1.4a9 9 0 0 0 0 12.8l-1.4 1.4a11 11 0 0 1 0-15.6Zm15.6 0a11 11 0 0 1 0 15.6l-1.4-1.4a9 9 0 0 0 0-12.8l1.4-1.4Z",
    isFor: (session) => isInternal(session),
    mount: (app, root) => new Mobile(app, root),
};

/** @param {string} key @param {(row: Row) => unknown} [shown] */
const textColumn = (key, shown) => ({ key, label: t(`mobile.column.${key}`), value: (/** @type {Row} */ row) => row[key], ...(shown ? { shown } : {}) });
/** @param {string} key @param {string} unit */
const quantityColumn = (key, unit) => ({ ...textColumn(key, (row) => quantity(row[key], unit)), isNumber: true });

class Mobile {
    /** @type {Row[] | null} */
    #requests = null;
    /** @type {Row | null} */
    #site = null;
    /** @type {string | null} */
    #failed = null;

    /**
     * @param {App} app
     * @param {HTMLElement} root
     */
    constructor(app, root) {
        this.app = app;
        this.root = root;
        this.map = new SiteMap(app);
        document.body.classList.add("wide-panel", "no-list");
        app.places.legend.querySelector("details")?.removeAttribute("open");
        app.map.map.resize();
        changes.addEventListener("change", this.#changed);
        this.#render();
        void this.#begin();
    }

    /** After a candidate or a request was recorded here. */
    #changed = () => void this.#begin();

    /**
     * @param {import("../shared/state.js").State} _
     * @param {ReadonlySet<string>} changed
     */
    update(_, changed) {
        if (changed.has("mobile.request")) void this.#open();
        if (changed.has("shown") || changed.has("hidden")) this.map.hideOwn();
        this.#render();
    }

    unmount() {
        changes.removeEventListener("change", this.#changed);
        this.map.remove();
        document.body.classList.remove("wide-panel", "no-list");
        render(nothing, this.root);
        this.app.map.map.resize();
    }

    async #begin() {
        this.#failed = null;
        try {
            this.#requests = (await this.app.api.get("/api/mobile-requests")).rows;
            await this.map.show();
            this.map.setRequests(this.#shown());
            await this.#open();
        } catch (error) {
            this.#failed = refusal(error);
        }
        this.#render();
    }

    /** Fetch the chosen request with its surroundings, and draw them. */
    async #open() {
        const id = this.app.store.get("mobile.request");
        this.#site = null;
        this.map.setSite(null);
        this.#render();
        if (!id) return;
        try {
            const found = await this.app.api.get(`/api/mobile-requests/${encodeURIComponent(id)}/site`);
            if (this.app.store.get("mobile.request") !== id) return;
            this.#site = found;
            this.map.setSite(found);
        } catch (error) {
            this.app.notices.fail(error);
            this.app.store.set({ "mobile.request": "" });
        }
        this.#render();
    }

    /** The requests to list. */
    #shown() {
        const all = this.#requests ?? [];
        return this.app.store.get("mobile.all") ? all : all.filter(({ status }) => !DONE.has(status));
    }

    #render() {
        const content = this.#failed ? this.#failure() : this.app.store.get("mobile.request") ? this.#detail() : this.#list();
        render(html`<header class="panel-head"><h2>${t("panel.mobile")}</h2></header><div class="mobile">${content}</div>`, this.root);
    }

    #failure() {
        return html`<div class="empty" role="alert">
            <p><strong>${t("mobile.failed")}</strong></p>
            <p>${this.#failed}</p>
            <button type="button" @click=${() => this.#begin()}>${t("mobile.again")}</button>
        </div>`;
    }

    #list() {
        if (!this.#requests) return html`<p class="empty" role="status">${t("loading")}</p>`;
        const { store } = this.app;
        const rows = this.#shown();
        const setAll = (/** @type {Event} */ event) => {
            store.set({ "mobile.all": /** @type {HTMLInputElement} */ (event.target).checked ? 1 : "" });
            this.map.setRequests(this.#shown());
        };
        return html`<p class="summary">${t("mobile.count", { count: number(rows.length), all: number(this.#requests.length) })}</p>
            <label class="check"><input type="checkbox" .checked=${Boolean(store.get("mobile.all"))} @change=${setAll} /><span>${t("mobile.all")}</span></label>
            ${rows.length
                ? sortable({
                      caption: t("mobile.requests"),
                      columns: [
                          textColumn("source_id", (row) => html`${row["source_id"] ?? row["id"]}<br /><span class="hint">${row["operator"]}</span>`),
                          { ...textColumn("status", (row) => html`<span class="tag">${row["status_label"]}</span>`), value: (/** @type {Row} */ row) => row["status_label"] },
                          { ...textColumn("days", (row) => number(row["days"])), isNumber: true },
                          { ...textColumn("deadline_on", (row) => html`${day(row["deadline_on"])}${isLate(row) ? html` <span class="late">⚠ ${t("mobile.late")}</span>` : nothing}`) },
                          { ...textColumn("candidates", (row) => number(row["candidates"])), isNumber: true },
                      ],
                      rows,
                      sort: store.get("mobile.sort") || "-days",
                      onSort: (sort) => store.set({ "mobile.sort": sort }),
                      onRow: ({ id }) => store.set({ "mobile.request": id }),
                  })
                : html`<p class="empty">${t("mobile.none")}</p>`}
            <p class="hint">${t("mobile.hint")}</p>`;
    }

    #detail() {
        const back = html`<button type="button" class="link" @click=${() => this.app.store.set({ "mobile.request": "" })}>← ${t("mobile.back")}</button>`;
        const site = this.#site;
        if (!site) return html`${back}<p class="empty" role="status">${t("loading")}</p>`;
        const { request } = site;
        const flagged = site["candidates"].filter((/** @type {Row} */ one) => one["forecast_due"]).length;
        return html`${back}
            <h3 class="site-title" tabindex="-1">${t("mobile.request", { id: request.source_id ?? request.id })}</h3>
            <p><span class="tag">${request.status_label}</span> ${request.days === null ? nothing : t("mobile.since", { days: number(request.days), count: request.days, day: day(request.since) })}</p>
            <dl class="facts">
                ${fact("operator", request.operator ?? t("missing"))}
                ${fact("technology", request.technology ?? t("missing"))}
                ${fact("radius_m", quantity(request.radius_m, "m"))}
                ${fact("min_height_m", quantity(request.min_height_m, "m"))}
                ${fact("received_on", day(request.received_on))}
                ${fact("deadline_on", html`${day(request.deadline_on)}${isLate(request) ? html` <span class="late">⚠ ${t("mobile.late")}</span>` : nothing}`)}
            </dl>
            ${flagged ? html`<p class="warning"><strong>⚠</strong> ${t("mobile.forecast_due", { count: flagged })}</p>` : nothing}
            <h3>${t("mobile.candidates")}</h3>
            ${this.#candidates(site)}
            ${keeps("sensitive_sites") ? html`<h3>${t("mobile.sensitive")}</h3>${this.#sensitive(site)}` : nothing}
            ${keeps("properties") ? html`<h3>${t("mobile.properties")}</h3>${this.#properties(site)}` : nothing}`;
    }

    /** @param {Row} site */
    #candidates({ request, candidates }) {
        const isEditor = mayEditLayer(this.app.session, "mobile_candidates");
        const add = isEditor ? html`<p class="deeds"><button type="button" @click=${() => void openForm(this.app, candidateFor(request.id), null)}>${t("deed.candidate")}</button></p>` : nothing;
        if (!candidates.length) return html`<p class="empty">${t("mobile.no_candidates")}</p>${add}`;
        const assess = { key: "assess", label: t("mobile.column.assess"), value: () => "", shown: (/** @type {Row} */ row) => html`<button type="button" @click=${(/** @type {Event} */ event) => this.#assess(event, row)}>${t("deed.assess")}</button>` };
        return html`${this.#table("candidates", [
            { ...textColumn("label", (row) => html`${row["property_name"] ?? row["label"]}${row["forecast_due"] ? html` <span class="late">⚠ ${t("mobile.forecast")}</span>` : nothing}`) },
            textColumn("result_label", (row) => html`<span class="tag result-${row["result"]}">${row["result_label"]}</span>${row["reason"] ? html`<br /><span class="hint">${row["reason"]}</span>` : nothing}`),
            { ...quantityColumn("height_m", "m"), shown: height },
            { ...quantityColumn("distance_m", "m"), shown: (/** @type {Row} */ row) => html`${quantity(row["distance_m"], "m")}${row["in_ring"] === false ? html` <span class="hint">${t("mobile.outside")}</span>` : nothing}` },
            ...(isEditor ? [assess] : []),
        ], candidates)}${add}`;
    }

    /** @param {Event} event @param {Row} candidate */
    #assess(event, { id, property_name, label }) {
        // A click on the row leads to the place.
        event.stopPropagation();
        const about = /** @type {any} */ ({ id, properties: { name: property_name ?? label } });
        void openForm(this.app, ASSESS, about);
    }

    /** @param {Row} site */
    #sensitive({ candidates }) {
        const rows = candidates.flatMap((/** @type {Row} */ candidate) =>
            candidate["sensitive_sites"].map((/** @type {Row} */ one) => ({ ...one, candidate: candidate["property_name"] ?? candidate["label"] })),
        );
        if (!rows.length) return html`<p class="empty">${t("mobile.no_sensitive")}</p>`;
        return this.#table("sensitive", [textColumn("name"), textColumn("label"), quantityColumn("distance_m", "m"), textColumn("candidate")], rows);
    }

    /** A column with a button that makes a property a candidate. @param {Row} request */
    #proposing(request) {
        const propose = (/** @type {Event} */ event, /** @type {Row} */ property) => {
            event.stopPropagation();
            void openForm(this.app, candidateFor(request["id"], property), null);
        };
        return { key: "propose", label: t("mobile.column.propose"), value: () => "", shown: (/** @type {Row} */ row) => html`<button type="button" @click=${(/** @type {Event} */ event) => propose(event, row)}>${t("mobile.propose")}</button>` };
    }

    /** @param {Row} site */
    #properties({ request, properties, ring }) {
        if (!properties.length) return html`<p class="empty">${ring ? t("mobile.no_properties") : t("mobile.no_ring")}</p>`;
        return this.#table("properties", [
            textColumn("name", (row) => html`${row["name"]}${row["address"] ? html`<br /><span class="hint">${row["address"]}</span>` : nothing}`),
            { ...textColumn("use"), value: (/** @type {Row} */ row) => row["label"] },
            { ...quantityColumn("height_m", "m"), shown: height },
            quantityColumn("distance_m", "m"),
            ...(mayEditLayer(this.app.session, "mobile_candidates") ? [this.#proposing(request)] : []),
        ], properties);
    }

    /**
     * @param {string} id
     * @param {any[]} columns
     * @param {Row[]} rows
     */
    #table(id, columns, rows) {
        const onRow = (/** @type {Row} */ { lon, lat }) => this.app.map.goTo([lon, lat, lon, lat], 17);
        return sortable({ caption: t(`mobile.${id}`), columns, rows, onRow });
    }
}

/** @param {Row} row */
const isLate = (row) => !DONE.has(row["status"]) && row["deadline_on"] && row["deadline_on"] < new Date().toISOString().slice(0, 10);

/** The height, with a sign and a word on whether it suffices. @param {Row} row */
const height = (row) =>
    html`${quantity(row["height_m"], "m")} ${row["reaches_height"] === null ? nothing : html`<span class=${row["reaches_height"] ? "enough" : "hint"}>${row["reaches_height"] ? `✓ ${t("mobile.high_enough")}` : `✗ ${t("mobile.too_low")}`}</span>`}`;

/**
 * @param {string} key
 * @param {unknown} value
 */
const fact = (key, value) => html`<div><dt>${t(`mobile.column.${key}`)}</dt><dd>${value}</dd></div>`;
