/** The map: MapLibre with the service's style, the plots held by the page, and the selection. */

import { t } from "../shared/catalogue.js";
import { Map as MapLibre, NavigationControl, ScaleControl } from "../lib/maplibre.js";
import { prefersReducedMotion } from "../shared/motion.js";
import { Ground, GROUND } from "./ground.js";
import { ScaleSign } from "./scale_sign.js";
import { box } from "../land/plots.js";
import { addPicture } from "./symbols.js";

/** @typedef {import("../land/plots.js").Plot} Plot */
/** @typedef {[number, number, number, number]} Box west, south, east, north */

const SELECTED = "#111827";
const SELECTION = "selection";
const PLOTS = ["plots", "plots-points"];
/** How long labels and signs take to appear. */
const FADE_MS = 300;

export class MapView {
    /** @type {Set<number>} */
    #out = new Set();
    /** @type {readonly {geometry: any}[]} */
    #selected = [];
    #attribution = Object.assign(document.createElement("p"), { className: "maplibregl-ctrl map-attribution", hidden: true });
    /** Of the background, then of the overlays. */
    #attributions = [""];
    /** @type {Ground | null} */
    #ground = null;

    /**
     * @param {HTMLElement} container
     * @param {any} style with `bounds`
     * @param {string} view as in the state; empty for the whole city
     * @param {(error: {message: string, status?: number}, source: string | undefined) => void} onError called with errors
     *     of the map, and the id of the source that failed, if it is one; GROUND is the background's
     * @param {HTMLElement} [legend] what lies on the map's left
     */
    constructor(container, style, view, onError, legend) {
        this.legend = legend;
        const [zoom, latitude, longitude] = view.split("/").map(Number);
        this.bounds = /** @type {Box} */ (style.bounds);
        const place =
            view && longitude !== undefined && latitude !== undefined
                ? { center: /** @type {[number, number]} */ ([longitude, latitude]), zoom: zoom ?? 11 }
                : { bounds: this.bounds };
        this.map = new MapLibre({
            container,
            style: { ...style, bounds: undefined },
            ...place,
            attributionControl: false,
            // The worker resolves relative URLs against its own address.
            transformRequest: (url) => ({ url: new URL(url, location.href).href }),
            dragRotate: false,
            pitchWithRotate: false,
            touchPitch: false,
            maxZoom: 20,
            fadeDuration: prefersReducedMotion() ? 0 : FADE_MS,
            locale: controls(),
        });
        this.map.touchZoomRotate.disableRotation();
        this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
        this.map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
        this.map.addControl(new ScaleSign(), "bottom-right");
        this.map.addControl({ onAdd: () => this.#attribution, onRemove: () => this.#attribution.remove() }, "bottom-right");
        this.map.on("error", (event) => {
            const { error, sourceId } = /** @type {any} */ (event);
            onError(error, !sourceId && isElsewhere(error?.url) ? GROUND : sourceId);
        });
        this.map.setMissingStyleImageResolver((id) => addPicture(this.map, id));
        /** Resolves when sources and layers may be added. @type {Promise<void>} */
        this.ready = new Promise((resolve) => void this.map.once("style.load", () => resolve()));
        void this.ready.then(() => this.#addSelection());
    }

    /**
     * Show a background, with its attribution, or none. Throws if its style cannot be fetched.
     * @param {import("./ground.js").Background | null} background
     */
    async setBackground(background) {
        await this.ready;
        this.#attributions[0] = background?.attribution ?? "";
        this.#attribute();
        await (this.#ground ??= new Ground(this.map)).show(background);
    }

    /**
     * Show these overlays, the topmost first, with their attributions.
     * @param {import("./overlays.js").Overlay[]} overlays
     */
    async setOverlays(overlays) {
        await this.ready;
        this.#attributions.splice(1, Infinity, ...overlays.map(({ attribution }) => attribution));
        this.#attribute();
        (this.#ground ??= new Ground(this.map)).lay(overlays);
    }

    /** What has to be said of map services that are shown. */
    get attribution() {
        return [...new Set(this.#attributions)].filter(Boolean).join(" · ");
    }

    #attribute() {
        this.#attribution.textContent = this.attribution;
        this.#attribution.hidden = !this.attribution;
    }

    /** The middle of what is selected, or of the view if nothing is. @type {[number, number]} */
    get middle() {
        if (!this.#selected.length) return this.map.getCenter().toArray();
        const [west, south, east, north] = box({ coordinates: this.#selected.map(({ geometry }) => geometry.coordinates) }) ?? this.bounds;
        return [(west + east) / 2, (south + north) / 2];
    }

    /** The view as stored in the state: zoom/latitude/longitude. */
    get view() {
        const { lng, lat } = this.map.getCenter();
        return `${this.map.getZoom().toFixed(2)}/${lat.toFixed(5)}/${lng.toFixed(5)}`;
    }

    /**
     * Set the plots; those that are not hits remain faded.
     * @param {readonly Plot[]} plots
     */
    setPlots(plots) {
        const points = plots.flatMap(({ id, geometry, properties }) => {
            const around = box(geometry);
            if (!around) return [];
            const coordinates = [(around[0] + around[2]) / 2, (around[1] + around[3]) / 2];
            const { status } = properties;
            return [{ type: "Feature", id, properties: { status }, geometry: { type: "Point", coordinates } }];
        });
        const drawn = plots.map(({ id, geometry, properties: { status, name } }) => ({
            type: "Feature",
            id,
            geometry,
            properties: { status, name },
        }));
        this.#data("plots", drawn);
        this.#data("plots-points", points);
        for (const id of this.#out) this.#setOut(id, true);
    }

    /**
     * Fade the plots that are not hits.
     * @param {readonly Plot[]} plots
     * @param {readonly Plot[]} hits
     */
    setHits(plots, hits) {
        const inside = new Set(hits.map(({ id }) => id));
        const out = new Set(plots.map(({ id }) => id).filter((id) => !inside.has(id)));
        for (const id of this.#out) if (!out.has(id)) this.#setOut(id, false);
        for (const id of out) if (!this.#out.has(id)) this.#setOut(id, true);
        this.#out = out;
    }

    /** @param {number} id */
    isFaded(id) {
        return this.#out.has(id);
    }

    /** Fade on another map, of the same style, what is faded on this. @param {MapLibre} map */
    copyStates(map) {
        for (const id of this.#out) for (const source of PLOTS) map.setFeatureState({ source, id }, { out: true });
    }

    /**
     * Outline the selected features.
     * @param {readonly {geometry: any}[]} features
     */
    setSelection(features) {
        this.#selected = features;
        const outlines = features.map(({ geometry }) => ({ type: "Feature", properties: {}, geometry }));
        void this.ready.then(() => this.#data(SELECTION, outlines));
    }

    /**
     * Show or hide map layers.
     * @param {readonly string[]} layers
     * @param {boolean} isShown
     */
    setShown(layers, isShown) {
        for (const layer of layers) {
            if (this.map.getLayer(layer)) this.map.setLayoutProperty(layer, "visibility", isShown ? "visible" : "none");
        }
    }

    /**
     * Move the map to a box.
     * @param {Box | null} around
     * @param {number} [maxZoom]
     */
    goTo(around, maxZoom = 16) {
        if (around) this.map.fitBounds(around, { padding: this.#padding(60), maxZoom, animate: !prefersReducedMotion() });
    }

    /** Show the whole city beside the legend. */
    showWhole() {
        this.map.resize();
        this.map.fitBounds(this.bounds, { padding: this.#padding(24), animate: false });
    }

    /**
     * What to keep free at the map's edges: at the left what the legend covers, unless that leaves too little.
     * @param {number} wanted in pixels, less on a low map
     */
    #padding(wanted) {
        const frame = this.map.getContainer().getBoundingClientRect();
        const least = Math.min(wanted, frame.width / 4, frame.height / 4);
        const isOpen = this.legend?.querySelector("details")?.open;
        const covered = isOpen ? (this.legend?.getBoundingClientRect().right ?? 0) - frame.left : 0;
        const left = covered < frame.width / 2 ? covered : 0;
        return { top: least, bottom: least, right: least, left: left + least };
    }

    /**
     * Set the features of a GeoJSON source and add the map layers that draw it, unless they exist.
     * @param {string} id
     * @param {any[]} features
     * @param {any[]} [layers] MapLibre layers without `source`
     */
    overlay(id, features, layers = []) {
        this.#data(id, features);
        for (const layer of layers) {
            if (!this.map.getLayer(layer.id)) this.map.addLayer({ source: id, ...layer });
        }
    }

    /**
     * @param {string} source
     * @param {any[]} features
     */
    #data(source, features) {
        const data = /** @type {any} */ ({ type: "FeatureCollection", features });
        const found = /** @type {import("../lib/maplibre.js").GeoJSONSource | undefined} */ (this.map.getSource(source));
        if (found) void found.setData(data);
        else this.map.addSource(source, { type: "geojson", data });
    }

    /**
     * @param {number} id
     * @param {boolean} out
     */
    #setOut(id, out) {
        for (const source of PLOTS) this.map.setFeatureState({ source, id }, { out });
    }

    #addSelection() {
        const line = { type: "line", layout: { "line-join": "round" } };
        this.overlay(SELECTION, [], [
            { id: "selection:halo", ...line, paint: { "line-color": "#fff", "line-width": 6, "line-opacity": 0.9 } },
            { id: "selection:line", ...line, paint: { "line-color": SELECTED, "line-width": 3 } },
        ]);
    }
}

/** Whether an address belongs to another host. @param {string | undefined} url */
const isElsewhere = (url) => Boolean(url) && new URL(url ?? "", location.href).origin !== location.origin;

function controls() {
    return {
        "NavigationControl.ZoomIn": t("map.zoom_in"),
        "NavigationControl.ZoomOut": t("map.zoom_out"),
        "Map.Title": t("map.title"),
        "ScaleControl.Meters": "m",
        "ScaleControl.Kilometers": "km",
    };
}
