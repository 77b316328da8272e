/** Shows what colleagues change as soon as they do: in list, map, drawer and open form, without moving any of them. */

import { t } from "../shared/catalogue.js";
import { renew } from "../shared/feature_cache.js";
import { html, nothing } from "../lib/lit.js";
import { changes } from "../records/changes.js";
import { Listening } from "./listening.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./listening.js").NewChange} NewChange */
/** @typedef {import("./listening.js").News} News */

/** How long a record is marked. */
const MARKED_MS = 60_000;
/** How many changed plots are fetched singly, and other records for their mark on the map. */
const FEW = 20;
/** After this long, what could not be fetched is fetched again. */
const AGAIN_MS = 5_000;
const MARKS = "recent";
const INK = "#b3005e";
const LAYERS = [
    { id: "recent:fill", type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": INK, "fill-opacity": 0.12 } },
    { id: "recent:line", type: "line", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": INK, "line-width": 3, "line-dasharray": [2, 1.5] } },
    {
        id: "recent:point",
        type: "circle",
        filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-color": "transparent", "circle-radius": 13, "circle-stroke-color": INK, "circle-stroke-width": 3 },
    },
];

export class Live {
    /** What colleagues changed within the last minute, by `layer/id`. @type {Map<string, NewChange & {until: number, geometry?: any}>} */
    #recent = new Map();
    /** What has still to be shown. @type {Map<string, NewChange>} */
    #waiting = new Map();
    #isReset = false;
    #hasBegun = false;
    #isBusy = false;
    #timer = 0;

    /** @param {App} app */
    constructor(app) {
        this.app = app;
        this.listening = new Listening(
            app.api,
            (news) => this.#heard(news),
            () => this.#isWelcome(),
        );
    }

    /** Called before anything is fetched. */
    async prepare() {
        if (this.app.settings.live) await this.listening.prepare();
    }

    /** Called when everything is shown, each time. */
    begin() {
        if (!this.#hasBegun && this.app.settings.live) this.listening.begin();
        this.#hasBegun = true;
    }

    /** Whether the service still knows the reader; otherwise, nothing is shown until they have signed in again. */
    async #isWelcome() {
        const { api, session } = this.app;
        const found = await api.get("/api/session").catch(() => null);
        if (!session.name || !found || found.name === session.name) return true;
        this.listening.pause();
        api.csrf = null;
        api.onSessionEnd();
        const again = setInterval(() => {
            if (!api.csrf) return;
            clearInterval(again);
            this.listening.resume();
        }, AGAIN_MS);
        return false;
    }

    /**
     * What was just done to a record, as a sentence for its mark; an empty text if nothing was.
     * @param {string} key `layer/id`
     */
    #words(key) {
        const change = this.#recent.get(key);
        if (!change) return "";
        const deed = change.operation === "insert" ? "insert" : "update";
        return change.by ? t(`live.${deed}_by`, { by: change.by }) : t(`live.${deed}`);
    }

    /** The mark of a record in the list. @param {string} key `layer/id` */
    mark(key) {
        const words = this.#words(key);
        return words ? html` <span class="tag just-changed">${words}</span>` : nothing;
    }

    /** The line about a record in the drawer. @param {string} key `layer/id` */
    line(key) {
        return html`<p class="just-changed-line" role="status">${this.#words(key)}</p>`;
    }

    /** @param {News} news */
    #heard(news) {
        this.#isReset ||= news.is_reset;
        if (news.is_reset) void this.app.form?.news.doubt();
        for (const change of news.changes) {
            const key = `${change.layer}/${change.id}`;
            this.#waiting.set(key, change);
            // Own changes are shown in other windows, too, but are no colleague's.
            if (change.by !== null && change.by === this.app.session.name) continue;
            this.#recent.set(key, { ...change, until: Date.now() + MARKED_MS });
            this.app.form?.news.hear(change);
        }
        void this.#show();
    }

    /** Fetch and show what has changed; what cannot be fetched now, later. */
    async #show() {
        if (this.#isBusy) return;
        this.#isBusy = true;
        while (this.#isReset || this.#waiting.size) {
            const [found, isReset] = [new Map(this.#waiting), this.#isReset];
            this.#waiting.clear();
            this.#isReset = false;
            try {
                await this.#fetch([...found.values()], isReset);
            } catch (error) {
                console.info(error);
                this.#isReset ||= isReset;
                for (const [key, change] of found) if (!this.#waiting.has(key)) this.#waiting.set(key, change);
                setTimeout(() => void this.#show(), AGAIN_MS);
                break;
            }
            this.#refresh([...found.values()], isReset);
        }
        this.#isBusy = false;
    }

    /**
     * @param {NewChange[]} found
     * @param {boolean} isReset
     */
    async #fetch(found, isReset) {
        const { plots } = this.app;
        const changed = found.filter(({ layer }) => layer === "plots");
        if (isReset || changed.length > FEW) await plots.load();
        else for (const { id } of changed) await plots.reload(id);
        const others = found.filter(({ layer, operation }) => layer !== "plots" && operation !== "delete" && this.app.map.map.getSource(layer));
        if (others.length > FEW) return;
        for (const { layer, id } of others) {
            const recent = this.#recent.get(`${layer}/${id}`);
            if (recent) recent.geometry = (await this.app.api.get(`/api/collections/${layer}/items/${id}`).catch(() => null))?.geometry;
        }
    }

    /**
     * @param {NewChange[]} found
     * @param {boolean} isReset
     */
    #refresh(found, isReset) {
        const { app } = this;
        const layers = new Set(found.map(({ layer }) => layer));
        for (const [id, source] of Object.entries(app.map.map.getStyle()?.sources ?? {})) {
            // The TileJSON contains the tiles' new version.
            const tiles = /** @type {any} */ (app.map.map.getSource(id));
            if (source.type === "vector" && tiles?.url?.includes("/api/") && (isReset || layers.has(id))) tiles.setUrl(tiles.url);
        }
        const [kind = "", id] = app.store.get("selected").split("/");
        if (isReset || layers.has(kind)) {
            if (isReset || found.some((one) => one.layer === kind && String(one.id) === id)) app.detail.forget(kind);
        }
        keepingFocus(() => {
            app.plots.select(app.state);
            app.map.setPlots(app.plots.records);
            app.map.setHits(app.plots.records, app.plots.hits);
            changes.dispatchEvent(new Event("change"));
            this.#draw();
        });
        // What belongs to a record, such as its photos, changes without it.
        if (app.detail.feature) renew(app, app.detail.feature, layers);
    }

    /** Draw the marks that have not faded yet. */
    #draw() {
        for (const [key, { until }] of this.#recent) if (until <= Date.now()) this.#recent.delete(key);
        const { app } = this;
        const features = [...this.#recent.values()].flatMap(({ layer, id, geometry }) => {
            const shape = layer === "plots" ? app.plots.byId.get(id)?.geometry : geometry;
            return shape ? [{ type: "Feature", properties: {}, geometry: shape }] : [];
        });
        app.map.overlay(MARKS, features, LAYERS);
        app.table.render();
        app.update();
        clearTimeout(this.#timer);
        const ends = [...this.#recent.values()].map(({ until }) => until);
        if (ends.length) this.#timer = setTimeout(() => keepingFocus(() => this.#draw()), Math.max(Math.min(...ends) - Date.now(), 0) + 100);
    }
}

/** Draw, and return the focus to the element that has it if that is moved. @param {() => void} draw */
function keepingFocus(draw) {
    const focused = document.activeElement;
    draw();
    if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
}
