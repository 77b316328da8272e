/** What the reader watches: adding and removing, from wherever it is shown. */

import { t } from "../shared/catalogue.js";
import { html, nothing } from "../lib/lit.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {{id: number, plot: number | null, name: string | null, kind: string, at: string, is_shown: boolean, sentence: string}} WatchEvent */
/** @typedef {{id: number, kind: "plot" | "area" | "search" | "inquiry", title: string, plot: number | null, industrial_area: number | null, search: number | null, inquiry: number | null, area: any, broken: string | null, events: WatchEvent[]}} Watch */
/** @typedef {{plot?: number, industrial_area?: number, search?: number, inquiry?: number, area?: any, name?: string}} Target */

const PATH = "/api/watches";
const OF_RECORDS = { industrial_areas: "industrial_area", inquiries: "inquiry" };

export class Watching {
    /** @type {Watch[] | null} */
    watches = null;
    /** The last event that was told. */
    lastEvent = 0;
    beganAnew = false;

    /** @param {App} app */
    constructor(app) {
        this.app = app;
    }

    /** Fetch what is watched and what happened; nobody watches anything who has not signed in. */
    async load() {
        if (!this.app.session.name) return;
        try {
            const found = await this.app.api.get(PATH);
            this.watches = found.watches;
            this.lastEvent = found.last_event;
            this.beganAnew ||= found.began_anew;
        } catch (error) {
            this.app.notices.fail(error);
        }
        this.app.update();
    }

    /** How much has happened since the reader last looked. */
    get news() {
        return (this.watches ?? []).reduce((sum, { events }) => sum + events.length, 0);
    }

    /** @param {Target} target */
    async add(target) {
        const { app } = this;
        try {
            const watch = await (await app.api.send("POST", PATH, target)).json();
            const show = () => app.store.set({ panel: "watched" });
            app.notices.show({ text: t("watch.begun", { title: watch.title }), actions: [{ label: t("panel.watched"), run: show }] });
        } catch (error) {
            app.notices.fail(error);
        }
        await this.load();
    }

    /** @param {number} id */
    async remove(id) {
        await this.app.api.send("DELETE", `${PATH}/${id}`).catch((error) => this.app.notices.fail(error));
        await this.load();
    }

    /** Note that everything told so far was looked at. */
    async look() {
        this.beganAnew = false;
        await this.app.api.send("POST", `${PATH}/looked`, { event: this.lastEvent }).catch((error) => this.app.notices.fail(error));
        await this.load();
    }

    /**
     * The button that begins or ends a watch.
     * @param {Target} target
     */
    button(target) {
        if (!this.watches) return nothing;
        const [[name, value] = []] = Object.entries(target);
        const own = this.watches.find((/** @type {any} */ one) => one[name ?? ""] === value);
        const run = () => void (own ? this.remove(own.id) : this.add(target));
        return html`<button type="button" aria-pressed=${Boolean(own)} @click=${run}>${t(own ? "watch.unwatch" : "watch.watch")}</button>`;
    }
}

/** The button in a plot's drawer. @type {import("../page/detail.js").Section} */
export const watchPlot = {
    id: "watch",
    isTools: true,
    isFor: (app) => app.watching.watches !== null,
    view: (app, { id }) => app.watching.button({ plot: id }),
};

/** The button in the drawer of an area or an inquiry. @type {import("../page/detail.js").Section} */
export const watchRecord = {
    id: "watch",
    isTools: true,
    isFor: (app) => app.watching.watches !== null && (app.store.get("selected").split("/")[0] ?? "") in OF_RECORDS,
    view(app, { id }) {
        const kind = /** @type {keyof typeof OF_RECORDS} */ (app.store.get("selected").split("/")[0]);
        return app.watching.button({ [OF_RECORDS[kind]]: id });
    },
};
