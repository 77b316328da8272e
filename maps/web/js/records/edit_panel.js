/** The actions of editors: buttons in a record's drawer, and a panel for new records that also undoes own changes. */

import { t } from "../shared/catalogue.js";
import { EDIT_PLOT, editOf, nameOf, RECORDED, WITH_PLOT } from "./edit_actions.js";
import { instant } from "../shared/format.js";
import { openForm } from "./open_form.js";
import { OtherRecords } from "./other_records.js";
import { html, nothing, render } from "../lib/lit.js";
import { schema } from "../shared/schema.js";
import { mayEdit, mayEditLayer } from "../shared/session.js";
import { changes, undo, undoTogether } from "./changes.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("../live/activity.js").Entry} Entry */
/** @typedef {{layer: string, id: number, version: string, operation: "insert" | "update" | "delete", recorded_at: string}} OwnChange */

const SHOWN = 12;
/** How many entries are fetched: some can no longer be taken back. */
const LOOKED_AT = 60;

/** The buttons in a plot's drawer. @type {import("../page/detail.js").Section} */
export const plotActions = {
    id: "deeds",
    isTools: true,
    isFor: ({ session }) => mayEdit(session),
    view: (app, plot) => {
        const isLeft = plot.properties.remaining_m2 > 0 && !plot.properties.withdrawn_on;
        const known = [EDIT_PLOT, ...(isLeft ? WITH_PLOT.filter(({ suits }) => suits?.(plot) ?? true) : [])].filter((action) => mayEditLayer(app.session, action.layer));
        return known.length
            ? html`<div class="deeds" role="group" aria-label=${t("deeds.title")}>
                  ${known.map((action) => html`<button type="button" @click=${() => void openForm(app, action, plot)}>${nameOf(action)}</button>`)}
              </div>`
            : nothing;
    },
};

/** The button in any other record's drawer. @type {import("../page/detail.js").Section} */
export const recordActions = {
    id: "deeds",
    isTools: true,
    isFor: (app) => mayEditLayer(app.session, kindOf(app)),
    view: (app, feature) => html`<div class="deeds">
        <button type="button" @click=${() => void edit(app, feature)}>${nameOf(EDIT_PLOT)}</button>
    </div>`,
};

/** @param {App} app */
const kindOf = (app) => app.store.get("selected").split("/")[0] ?? "";

/**
 * @param {App} app
 * @param {any} feature
 */
async function edit(app, feature) {
    const layer = kindOf(app);
    const properties = await schema(app.api, layer).catch((error) => app.notices.fail(error));
    if (properties) await openForm(app, editOf(layer, properties), feature);
}

/** @type {import("../page/app.js").Panel} */
export const editPanel = {
    id: "act",
    icon: "M4 17.2V20h2.8l8.3-8.3-2.8-2.8L4 17.2ZM19.7 7.1a1 1 0 0 0 0-1.4l-1.4-1.4a1 1 0 0 0-1.4 0l-1.3 1.3 2.8 2.8 1.3-1.3Z",
    isFor: mayEdit,
    mount(app, root) {
        const panel = new EditPanel(app, root);
        const changed = () => void panel.fetch();
        changes.addEventListener("change", changed);
        changed();
        return {
            update: () => panel.render(),
            unmount: () => {
                changes.removeEventListener("change", changed);
                panel.close();
            },
        };
    },
};

class EditPanel {
    #isClosed = false;
    #others;
    /** What can be taken back, all of an entry or what is left of it. @type {{entry: Entry, left: OwnChange[]}[] | null} */
    #own = null;

    /**
     * @param {App} app
     * @param {HTMLElement} root
     */
    constructor(app, root) {
        this.app = app;
        this.root = root;
        this.#others = new OtherRecords(app, () => this.render());
        this.render();
        this.#others.begin().catch((error) => app.notices.fail(error));
    }

    async fetch() {
        const { api } = this.app;
        try {
            const { changes: own } = await api.get("/api/changes/own?limit=100");
            const { entries } = await api.get(`/api/activity?whose=own&limit=${LOOKED_AT}&lang=${api.language}`);
            /** @type {{entry: Entry, left: OwnChange[]}[]} */
            const found = entries.map((/** @type {Entry} */ entry) => ({ entry, left: own.filter((/** @type {OwnChange} */ one) => isOf(entry, one)) }));
            this.#own = found.filter(({ left }) => left.length).slice(0, SHOWN);
        } catch (error) {
            this.app.notices.fail(error);
        }
        this.render();
    }

    /** Leave the place to the next panel, also if the changes are still being fetched. */
    close() {
        this.#isClosed = true;
        render(nothing, this.root);
    }

    render() {
        if (this.#isClosed) return;
        const known = RECORDED.filter((action) => mayEditLayer(this.app.session, action.layer));
        render(
            html`<header class="panel-head"><h2>${t("panel.act")}</h2></header>
                <div class="panel-body">
                    <section aria-labelledby="act-record">
                        <h3 id="act-record">${t("act.record")}</h3>
                        ${known.length || !this.#others.isEmpty ? nothing : html`<p class="empty">${t("act.none")}</p>`}
                        <div class="deeds">
                            ${known.map((action) => html`<button type="button" @click=${() => void openForm(this.app, action, null)}>${nameOf(action)}</button>`)}
                        </div>
                        ${this.#others.view()}
                        <p class="hint">${t("act.plot_hint")}</p>
                    </section>
                    <section aria-labelledby="act-own">
                        <h3 id="act-own">${t("act.own")}</h3>
                        ${this.#list()}
                    </section>
                </div>`,
            this.root,
        );
    }

    #list() {
        if (!this.#own) return html`<p class="hint">${t("loading")}</p>`;
        if (!this.#own.length) return html`<p class="empty">${t("act.nothing")}</p>`;
        return html`<ul class="own">
            ${this.#own.map(
                ({ entry, left }) =>
                    html`<li>
                        <span>
                            ${this.#sentence(entry)}
                            <span class="hint">${instant(entry.at)} · ${entry.layer_title}</span>
                        </span>
                        <button type="button" @click=${() => void this.#undo(left)}>
                            ${left.length < entry.number ? t("act.undo_rest", { count: left.length }) : t("undo.undo")}
                        </button>
                    </li>`,
            )}
        </ul>`;
    }

    /** @param {OwnChange[]} left */
    async #undo(left) {
        const [only] = left;
        await (left.length === 1 && only ? undo(this.app, only, null) : undoTogether(this.app, left));
    }

    /** @param {Entry} entry */
    #sentence({ sentence, kind, layer, records }) {
        const [record] = records;
        if (kind !== "record" || !record || record.operation === "delete") return sentence;
        return html`<button type="button" class="link" @click=${() => this.app.select(`${layer}/${record.id}`)}>${sentence}</button>`;
    }
}

/**
 * Whether a change belongs to an entry: one transaction has one instant, to a few microseconds.
 * @param {Entry} entry
 * @param {OwnChange} change
 */
const isOf = ({ layer, at, records }, change) =>
    layer === change.layer && Math.abs(Date.parse(at) - Date.parse(change.recorded_at)) <= 1 && records.some(({ id }) => id === change.id);
