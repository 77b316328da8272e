/** Requests for mobile sites on the map, and the chosen request's ring, candidates and surroundings. */

/** @typedef {import("../page/app.js").App} App */
/** @typedef {Record<string, any>} Row */

const REQUESTS = "mobile-rings";
const SITE = "mobile-site";
const RING = "#4a5560";
const LATE = "#a1260d";
const GOOD = "#00806a";
const INK = "#1f2933";

/** The sign of each result; shapes differ as well as colours. */
const RESULTS = /** @type {Record<string, string>} */ ({
    suitable: `symbol|circle|${INK}|${GOOD}|7|1.5`,
    open: `symbol|ring|${GOOD}|#fff|6|3`,
    rejected: `symbol|cross|${RING}|${RING}|5|2.5`,
});
const LABEL = {
    "text-field": ["get", "label"],
    "text-font": ["system-ui, sans-serif"],
    "text-size": 12,
    "text-anchor": "top",
    "text-offset": [0, 0.8],
    "text-optional": true,
};
const HALO = { "text-color": INK, "text-halo-color": "#fff", "text-halo-width": 1.5 };

export class SiteMap {
    /** @param {App} app */
    constructor(app) {
        this.app = app;
        this.map = app.map.map;
        this.choose = (/** @type {any} */ event) => {
            if (!this.app.isDrawing) this.app.store.set({ "mobile.request": event.features?.[0]?.properties.id });
        };
    }

    async show() {
        await this.app.map.ready;
        this.app.map.overlay(REQUESTS, [], [
            { id: "mobile:all", type: "symbol", layout: { ...LABEL, "icon-image": `symbol|diamond|#fff|${RING}|5|1.5`, "icon-allow-overlap": true, "text-size": 11 }, paint: HALO },
        ]);
        const is = (/** @type {string} */ kind) => ["==", ["get", "kind"], kind];
        this.app.map.overlay(SITE, [], [
            { id: "mobile:ring", type: "fill", filter: is("ring"), paint: { "fill-color": RING, "fill-opacity": 0.1 } },
            { id: "mobile:ring-edge", type: "line", filter: is("ring"), paint: { "line-color": RING, "line-width": 2.5, "line-dasharray": [3, 2] } },
            { id: "mobile:near", type: "line", filter: is("near"), paint: { "line-color": LATE, "line-width": 2, "line-dasharray": [2, 1.5] } },
            this.#signs("property", ["case", ["==", ["get", "reaches_height"], true], `symbol|square|${INK}|#1659a5|6|1.5`, `symbol|square|#1659a5|#fff|5|2`]),
            this.#signs("sensitive", `symbol|diamond|#fff|${LATE}|6|1.5`),
            this.#signs("candidate", ["match", ["get", "result"], ...Object.entries(RESULTS).flat(), RESULTS["open"] ?? ""]),
        ]);
        this.map.on("click", "mobile:all", this.choose);
        this.hideOwn();
        this.app.map.setShown(this.app.legend?.layersOf("plots") ?? [], false);
    }

    /** Hide the map's own rings, which lie below those of the panel. */
    hideOwn() {
        this.app.map.setShown(this.app.legend?.layersOf("mobile_requests") ?? [], false);
    }

    /** @param {readonly Row[]} rows */
    setRequests(rows) {
        this.app.map.overlay(REQUESTS, rows.map((row) => point(row, { id: row["id"], label: row["source_id"] ?? String(row["id"]) })));
    }

    /** @param {Row | null} site */
    setSite(site) {
        if (!this.map.getSource(SITE)) return;
        this.app.map.setShown(["mobile:all"], !site);
        this.app.map.overlay(SITE, site ? features(site) : []);
        if (site) this.app.map.goTo(boundsOf(site));
    }

    remove() {
        this.map.off("click", "mobile:all", this.choose);
        for (const source of [REQUESTS, SITE]) {
            for (const { id } of this.map.getStyle().layers.filter((layer) => "source" in layer && layer.source === source)) this.map.removeLayer(id);
            if (this.map.getSource(source)) this.map.removeSource(source);
        }
        this.app.legend?.apply();
    }

    /**
     * @param {string} kind
     * @param {any} icon
     */
    #signs(kind, icon) {
        const layout = { ...LABEL, "icon-image": icon, "icon-allow-overlap": true };
        return { id: `mobile:${kind}`, type: "symbol", filter: ["==", ["get", "kind"], kind], layout, paint: HALO };
    }
}

/** @param {Row} site */
function features({ ring, candidates, properties }) {
    const drawn = ring ? [{ type: "Feature", properties: { kind: "ring" }, geometry: ring }] : [];
    for (const candidate of candidates) {
        for (const near of candidate["sensitive_sites"]) {
            const coordinates = [[candidate["lon"], candidate["lat"]], [near["lon"], near["lat"]]];
            drawn.push({ type: "Feature", properties: { kind: "near" }, geometry: { type: "LineString", coordinates } });
            drawn.push(point(near, { kind: "sensitive", label: near["name"] }));
        }
        drawn.push(point(candidate, { kind: "candidate", result: candidate["result"], label: candidate["property_name"] ?? candidate["label"] }));
    }
    return [...drawn, ...properties.map((/** @type {Row} */ one) => point(one, { kind: "property", reaches_height: one["reaches_height"], label: one["name"] }))];
}

/**
 * @param {Row} row
 * @param {Record<string, any>} properties
 * @returns {any}
 */
function point({ lon, lat }, properties) {
    return { type: "Feature", properties, geometry: { type: "Point", coordinates: [lon, lat] } };
}

/**
 * The bounding box of the ring and the candidates.
 * @param {Row} site
 * @returns {[number, number, number, number]}
 */
function boundsOf({ request, ring, candidates }) {
    const places = [[request.lon, request.lat], ...(ring?.coordinates[0] ?? []), ...candidates.map((/** @type {Row} */ one) => [one["lon"], one["lat"]])];
    const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
