/** The application: what the page's parts share, and how they react to changes. */

import { Account } from "../shared/account.js";
import { Backgrounds } from "../map/backgrounds.js";
import { Api } from "../shared/api.js";
import { load, t } from "../shared/catalogue.js";
import { isPresent, setKept } from "../shared/kept.js";
import { noAccess } from "../shared/no_access.js";
import { Detail } from "./detail.js";
import { FILTERS, stateName } from "../land/filters.js";
import { layout } from "../shared/layout.js";
import { isGround, OVERLAY } from "../map/ground.js";
import { hitAt } from "../map/hits.js";
import { Live } from "../live/live.js";
import { arrive, follow, isAsked } from "../live/record_link.js";
import { Legend } from "../map/legend.js";
import { MapView } from "../map/map.js";
import { Notices } from "../shared/notices.js";
import { OverlayInfo } from "../map/overlay_info.js";
import { Overlays } from "../map/overlays.js";
import { OwnFiles } from "../map/own_files.js";
import { PANELS } from "./panels.js";
import { Plots, box } from "../land/plots.js";
import { preparePrintList } from "../map/print_list.js";
import { schema } from "../shared/schema.js";
import { addSections } from "./sections.js";
import { fetchSession, NOBODY } from "../shared/session.js";
import { persistShortlist } from "../land/shortlist.js";
import { Searches } from "../people/searches.js";
import { Shortlists } from "../people/shortlists.js";
import { Watching } from "../people/watching.js";
import { Store } from "../shared/state.js";
import { shownValue, Table } from "../records/table.js";
import { Tools } from "./tools.js";
import { setUseNames } from "../shared/use_names.js";
import { RETRY_MS, untilReady } from "../shared/retry.js";

/** @typedef {{update: (state: import("../shared/state.js").State, changed: ReadonlySet<string>) => void, unmount: () => void}} Mounted */
/**
 * A panel on the left. Its name is the text `panel.ID`; `icon` is an SVG path of 24 by 24.
 * @typedef {object} Panel
 * @property {string} id
 * @property {string} icon
 * @property {(session: import("../shared/session.js").Session) => boolean} isFor
 * @property {(app: App, root: HTMLElement) => Mounted} mount
 */

/**
 * Start the page.
 * @param {HTMLElement} root
 */
export async function start(root) {
    const { assets = "", config = "{}" } = document.body.dataset;
    const settings = JSON.parse(config);
    await load(assets, settings);
    setKept(settings);
    addSections();
    const app = new App(root, settings);
    Object.assign(globalThis, { app }); // Made global for the browser's console and the tests.
    await app.begin();
}

export class App {
    isLoaded = false;
    /** @type {import("../shared/session.js").Session} */
    session = NOBODY;
    /** The plots' properties that the reader may see. @type {Map<string, import("../shared/schema.js").Property>} */
    properties = new Map();
    /** @type {Legend | null} */
    legend = null;
    /** @type {Tools | null} */
    tools = null;
    /** @type {Backgrounds | null} */
    backgrounds = null;
    /** @type {Overlays | null} */
    overlays = null;
    /** @type {OverlayInfo | null} */
    overlayInfo = null;
    /** @type {OwnFiles | null} */
    ownFiles = null;
    /** By panel id, the titles of layers that the panel needs and the reader has no access to. @type {Record<string, string[]>} */
    #lacking = {};
    /** The form opened last. @type {import("../records/form.js").Form | null} */
    form = null;
    /** Whether a tool has taken the map's clicks. */
    isDrawing = false;
    /** Ends the tool that has taken the map's clicks. @type {(() => void) | null} */
    #release = null;
    /** @type {{id: string, mounted: Mounted} | null} */
    #panel = null;
    #isAway = false;

    /**
     * @param {HTMLElement} root
     * @param {{language: "de" | "en", backgrounds: import("../map/ground.js").Background[], overlays: import("../map/overlays.js").Overlay[], period: string | null, live: boolean, reported_months: number, notice_days: number, levels: {key: string, label: string}[], layers: string[], absent: string[], largest_attachment: number, retention_days: number, party_layers: {layer: string, title: string}[], units: Record<string, import("../shared/catalogue.js").Unit>}} settings
     */
    constructor(root, settings) {
        this.settings = settings;
        this.store = new Store();
        this.places = layout(root);
        this.notices = new Notices(this.places.notices);
        this.api = new Api(settings.language, (isThere) => this.#answered(isThere));
        this.plots = new Plots(this.api);
        this.detail = new Detail(this.places.detail, this);
        this.table = new Table(this.places.table, this);
        this.account = new Account(this);
        this.live = new Live(this);
        this.searches = new Searches(this);
        this.shortlists = new Shortlists(this);
        this.watching = new Watching(this);
        /** The map, created when the service has answered. @type {MapView} */
        this.map = /** @type {any} */ (null);
        persistShortlist(this);
        preparePrintList(this);
    }

    get state() {
        return this.store.state;
    }

    /** Fetch session, style and plots, and retry while the service is unavailable. */
    async begin() {
        try {
            const [session, found] = await Promise.all([
                fetchSession(this.api),
                this.api.get(`/maps/interactive?lang=${this.settings.language}`),
                this.live.prepare(),
            ]);
            this.account.show(session);
            this.#lacking = found.lacking;
            setUseNames(found.uses);
            this.map = new MapView(this.places.map, found.style, this.store.get("view"), (...failed) => this.#mapFailed(...failed), this.places.legend);
            this.backgrounds = new Backgrounds(this, this.settings.backgrounds);
            this.overlays = new Overlays(this, this.settings.overlays);
            this.overlayInfo = new OverlayInfo(this);
            this.ownFiles = new OwnFiles(this);
            this.legend = new Legend(this.places.legend, this, found.legend);
            this.tools = new Tools(this);
            this.places.showPanels(this, PANELS.filter((panel) => isPresent(panel.id) && panel.isFor(this.session)));
            this.#showPanel();
            // Rail and legend have their room now; later moves are kept in the state.
            if (!this.store.get("view")) arrive(this);
            this.#listen();
            await this.reload();
        } catch (error) {
            console.info(error);
            if (!this.#isAway) this.notices.fail(error);
            setTimeout(() => (this.map ? this.reload().catch((again) => this.notices.fail(again)) : this.begin()), RETRY_MS);
        }
    }

    /** Fetch the plots, and render everything. The list does not wait for the map. */
    async reload() {
        const [properties] = await Promise.all([schema(this.api, "plots"), this.plots.load()]);
        this.properties = properties;
        this.isLoaded = true;
        this.plots.select(this.state);
        this.table.restart();
        performance.mark("list-filled"); // Read by bench/web.py and the browser's performance tools.
        await this.map.ready;
        this.map.setPlots(this.plots.records);
        this.refresh();
        await Promise.all([this.searches.load(), this.shortlists.begin(), this.watching.load()]);
        document.documentElement.dataset["ready"] = "true";
        this.live.begin();
        void follow(this);
    }

    /** Update the hits, and show them. */
    refresh() {
        this.#choose();
        this.map.setHits(this.plots.records, this.plots.hits);
        this.update();
    }

    #choose() {
        this.plots.select(this.state);
        this.table.restart();
    }

    /** Apply the filters to list, tools and drawer at once, and to the map, which is slowest, after they are painted. */
    #filter() {
        this.#choose();
        this.tools?.update();
        void this.detail.update();
        requestAnimationFrame(() => setTimeout(() => this.map.setHits(this.plots.records, this.plots.hits)));
    }

    /** Render panel, tools and drawer again. */
    update() {
        this.#panel?.mounted.update(this.state, new Set());
        this.tools?.update();
        void this.detail.update();
    }

    /**
     * Open a record in the drawer, such as `plots/12`; an empty text closes the drawer.
     * @param {string} selected
     * @param {boolean} [move] whether to move the map there
     */
    select(selected, move = true) {
        this.store.set({ selected }, () => this.#selected(selected, move));
    }

    /**
     * @param {string} selected
     * @param {boolean} move
     */
    #selected(selected, move) {
        if (selected) this.detail.focus();
        const [kind, id] = selected.split("/");
        const plot = kind === "plots" ? this.plots.byId.get(Number(id)) : null;
        if (move && plot) this.map.goTo(box(plot.geometry), Math.max(15, this.map.map.getZoom()));
    }

    /**
     * Take the map's clicks from any other tool, or release them.
     * @param {(() => void) | null} release ends the tool; null releases the clicks
     */
    takeClicks(release) {
        if (release) this.#release?.();
        this.#release = release;
        this.isDrawing = Boolean(release);
    }

    clearFilters() {
        this.store.set(Object.fromEntries(FILTERS.map((filter) => [stateName(filter), ""])));
    }

    /**
     * A plot's value as formatted text.
     * @param {string} name
     * @param {any} value
     */
    value(name, value) {
        return shownValue(this.properties.get(name), value);
    }

    #listen() {
        const { map } = this.map;
        map.on("moveend", () => isAsked(this) || this.store.set({ view: this.map.view }));
        map.on("click", ({ point }) => {
            if (this.isDrawing) return;
            const hit = hitAt(this, point);
            if (hit) this.select(hit, false);
        });
        map.on("mousemove", ({ point }) => {
            map.getCanvas().style.cursor = this.isDrawing ? "crosshair" : hitAt(this, point, 0) ? "pointer" : "";
        });
        this.store.subscribe((state, changed) => {
            if ([...changed].some((name) => name.startsWith("f.") || name === "sort")) this.#filter();
            if (changed.has("panel")) this.#showPanel();
            if (changed.has("view") && this.isLoaded) void follow(this);
            this.#panel?.mounted.update(state, changed);
            if (["selected", "compare", "shortlist"].some((name) => changed.has(name))) {
                this.table.render();
                void this.detail.update();
            }
        });
    }

    #showPanel() {
        const known = PANELS.filter((panel) => isPresent(panel.id) && panel.isFor(this.session));
        const panel = known.find(({ id }) => id === this.store.get("panel")) ?? known[0];
        if (!panel || this.#panel?.id === panel.id) return;
        this.#panel?.mounted.unmount();
        this.places.markPanel(panel.id);
        const lacking = this.#lacking[panel.id] ?? [];
        const mounted = lacking.length ? noAccess(panel.id, lacking, this.places.panel) : panel.mount(this, this.places.panel);
        this.#panel = { id: panel.id, mounted };
    }

    /**
     * @param {{message: string, status?: number}} error
     * @param {string} [source]
     */
    #mapFailed(error, source) {
        if (isGround(source)) this.backgrounds?.fail();
        else if (source?.startsWith(OVERLAY)) this.overlays?.fail(source.slice(OVERLAY.length));
        else if (error.status === 503 || error.status === 0) this.#answered(false);
        else console.error(error.message);
    }

    /** @param {boolean} isThere */
    #answered(isThere) {
        this.notices.away(!isThere);
        if (!isThere && !this.#isAway) void this.#waitForService();
    }

    /** Wait until the service is back, and reload everything. */
    async #waitForService() {
        this.#isAway = true;
        await untilReady(true);
        this.#isAway = false;
        this.notices.away(false);
        this.notices.show({ text: t("away.back") });
        if (this.isLoaded) await this.reload();
    }
}
