/** Trenches and connections on the map at the end of any month, from tiles that contain the month of every step. */

import { t } from "../shared/catalogue.js";
import { DUE_COLOUR } from "./rollout_chart.js";
import { MapNote } from "../map/map_note.js";
import { prefersReducedMotion } from "../shared/motion.js";

/** @typedef {import("../page/app.js").App} App */

const TRENCHES = "rollout-trenches";
const CONNECTIONS = "rollout-connections";
const OBSTRUCTIONS = "rollout-obstructions";
const MONTH = "rollout-month";
/** Today's month where the month shown is later: what is late is judged by it, and what is due comes after it. */
const NOW = "rollout-now";
const LATE = "#a1260d";
/** The zoom level from which tiles contain single connections; below, they contain today's counts only. */
const SINGLE_CONNECTIONS = 13;

/** The steps of a trench in order, each with the legend entry of the state that it leads to. */
const TRENCH_STEPS = /** @type {const} */ ([
    ["planned", "planned"],
    ["permitted", "permitted"],
    ["cleared", "cleared"],
    ["started", "under_construction"],
    ["laid", "laid"],
]);
const CONNECTION_STEPS = /** @type {const} */ ([
    ["passed", "passed"],
    ["prepared", "prepared"],
    ["connected", "connected"],
    ["activated", "activated"],
]);

/** Whether a step was reached by the end of the month; a step without a month was not. @param {string} step @param {string} [month] */
const reached = (step, month = MONTH) => ["<=", ["number", ["get", step], 9999], ["number", ["global-state", month], -9999]];

/**
 * The filter for features whose latest step is this one and that were not abandoned.
 * @param {readonly (readonly [string, string])[]} steps
 * @param {number} index
 * @param {unknown} abandoned
 */
function standing(steps, index, abandoned) {
    const later = steps.slice(index + 1).map(([step]) => ["!", reached(step)]);
    return ["all", reached(steps[index]?.[0] ?? ""), ...later, ["!", abandoned]];
}

/** A connection that is not dropped today although it once was has been ordered anew: dropped until then. */
const IS_DROPPED = ["all", reached("dropped"), ["any", ["==", ["get", "status"], "dropped"], ["!", reached("ordered")]]];

const IS_LINE = ["in", ["geometry-type"], ["literal", ["LineString", "MultiLineString"]]];
const IS_POINT = ["in", ["geometry-type"], ["literal", ["Point", "MultiPoint"]]];
const IS_LATE = ["all", reached("overdue", NOW), reached("planned"), ["!", reached("laid")], ["!", reached("discarded")]];

/** What is due after today and by the end of a month to come. @param {string} built @param {unknown} abandoned */
const isDue = (built, abandoned) => ["all", reached("due"), ["!", reached("overdue", NOW)], ["!", reached(built)], ["!", abandoned], [">", ["number", ["global-state", MONTH], -9999], ["number", ["global-state", NOW], 9999]]];

/**
 * The entry of the panel's legend for what is due, which the map's own legend does not have.
 * @param {"trenches" | "connections"} of
 * @returns {any}
 */
export const dueEntry = (of) =>
    of === "trenches"
        ? { shape: "line", style: { color: DUE_COLOUR, weight: 4 } }
        : { shape: "point", style: { symbol: "ring", color: DUE_COLOUR, radius: 5, weight: 2 } };

/**
 * A legend entry by key, or null.
 * @param {App} app
 * @param {string} key
 */
export function entry(app, key) {
    return app.legend?.groups.flatMap((group) => group.entries).find((one) => one.key === key) ?? null;
}

export class RolloutMap {
    /** @type {string[]} */
    #layers = [];
    #isOfConnections = false;

    /** @param {App} app */
    constructor(app) {
        this.app = app;
        this.map = app.map.map;
        this.note = new MapNote(app);
    }

    /**
     * Show the rollout in place of the map's own trenches and connections.
     * @param {number} month counted from January 2000
     * @param {number} now
     */
    async show(month, now) {
        await this.app.map.ready;
        this.map.on("zoomend", this.#zoomed);
        this.setMonth(month, now);
        this.#source(TRENCHES, "trenches");
        this.#source(CONNECTIONS, "connections");
        this.#add({ id: "rollout:late", type: "line", filter: ["all", IS_LINE, IS_LATE], paint: { "line-color": LATE, "line-width": width(7), "line-opacity": 0.3 } });
        TRENCH_STEPS.forEach(([, state], index) => this.#trenches(state, standing(TRENCH_STEPS, index, reached("discarded"))));
        CONNECTION_STEPS.forEach(([, state], index) => this.#connections(state, standing(CONNECTION_STEPS, index, IS_DROPPED)));
        const due = { "line-color": DUE_COLOUR, "line-width": width(4) };
        this.#add({ id: "rollout:due", type: "line", filter: ["all", IS_LINE, isDue("laid", reached("discarded"))], paint: due });
        this.#add({ id: "rollout:due-short", type: "circle", filter: ["all", IS_POINT, isDue("laid", reached("discarded"))], paint: { "circle-radius": 2, "circle-color": DUE_COLOUR } });
        this.#connections("due", isDue("connected", IS_DROPPED), dueEntry("connections").style);
        this.#add({
            id: "rollout:late-sign",
            type: "symbol",
            minzoom: 12,
            filter: ["all", IS_LINE, IS_LATE],
            layout: { "symbol-placement": "line-center", "icon-image": `symbol|diamond|${LATE}|#fff|4|2`, "icon-rotation-alignment": "viewport", "icon-padding": 8 },
        });
        this.app.map.overlay(OBSTRUCTIONS, [], [
            {
                id: "rollout:obstructions",
                type: "symbol",
                layout: {
                    "icon-image": `symbol|barrier|${LATE}|#fff|8|1.4`,
                    "icon-allow-overlap": true,
                    "text-field": ["step", ["zoom"], "", 12.5, ["get", "label"]],
                    "text-font": ["system-ui, sans-serif"],
                    "text-size": 12,
                    "text-anchor": "top",
                    "text-offset": [0, 0.8],
                    "text-optional": true,
                },
                paint: { "text-color": "#1f2933", "text-halo-color": "#fff", "text-halo-width": 1.5 },
            },
        ]);
        this.#layers.push("rollout:obstructions");
        this.hideOwn();
        // Plots are hidden here; readers who want them can tick them in the legend.
        this.app.map.setShown(this.app.legend?.layersOf("plots") ?? [], false);
    }

    /** Hide the map's own layers, which show today's state below that of the month. */
    hideOwn() {
        this.app.map.setShown(["trenches", "connections"].flatMap((key) => this.app.legend?.layersOf(key) ?? []), false);
        this.app.map.setShown(entry(this.app, "expansion_areas")?.layers ?? [], true);
    }

    /**
     * @param {number} month counted from January 2000
     * @param {number} now today's
     */
    setMonth(month, now) {
        this.map.setGlobalStateProperty(MONTH, month);
        this.map.setGlobalStateProperty(NOW, Math.min(month, now));
    }

    /** @param {boolean} isShown */
    setConnections(isShown) {
        this.#isOfConnections = isShown;
        this.#zoomed();
        this.app.map.setShown(this.#layers.filter((id) => id.startsWith("rollout:connections")), isShown);
    }

    /** Show a note if the map is zoomed out too far for the month's connections. */
    #zoomed = () => {
        const isFar = this.#isOfConnections && this.map.getZoom() < SINGLE_CONNECTIONS;
        const run = () => void this.map.easeTo({ zoom: SINGLE_CONNECTIONS, animate: !prefersReducedMotion() });
        this.note.show(isFar ? { text: t("broadband.too_far"), label: t("broadband.nearer"), run } : null);
    };

    /** @param {any[]} features */
    setObstructions(features) {
        if (this.map.getSource(OBSTRUCTIONS)) this.app.map.overlay(OBSTRUCTIONS, features);
    }

    /** Remove the rollout from the map. */
    remove() {
        this.map.off("zoomend", this.#zoomed);
        this.note.remove();
        for (const id of this.#layers) if (this.map.getLayer(id)) this.map.removeLayer(id);
        for (const id of [TRENCHES, CONNECTIONS, OBSTRUCTIONS]) if (this.map.getSource(id)) this.map.removeSource(id);
        this.#layers = [];
        this.app.legend?.apply();
    }

    /**
     * @param {string} id
     * @param {string} collection
     */
    #source(id, collection) {
        const url = `/api/collections/${collection}/tiles/WebMercatorQuad?f=tilejson&steps=true`;
        if (!this.map.getSource(id)) this.map.addSource(id, { type: "vector", url });
    }

    /**
     * @param {string} state
     * @param {any} filter
     */
    #trenches(state, filter) {
        const look = entry(this.app, `trenches-${state}`)?.style ?? { color: "#1659a5", weight: 2 };
        /** @type {any} */
        const paint = { "line-color": look.color, "line-width": width(look.weight) };
        if (look.dash) paint["line-dasharray"] = look.dash.split(" ").map((/** @type {string} */ length) => Number(length) / look.weight);
        this.#add({ id: `rollout:${state}`, type: "line", filter: ["all", IS_LINE, filter], paint });
        // Trenches too short to see.
        this.#add({ id: `rollout:${state}-short`, type: "circle", filter: ["all", IS_POINT, filter], paint: { "circle-radius": 1.4, "circle-color": look.color } });
    }

    /**
     * @param {string} state
     * @param {any} filter
     * @param {any} [look]
     */
    #connections(state, filter, look = entry(this.app, `connections-${state}`)?.style) {
        if (!look) return;
        const icon = `symbol|${look.symbol}|${look.color}|${look.fill || look.color}|${look.radius}|${look.weight}`;
        this.#add({
            id: `rollout:connections-${state}`,
            type: "symbol",
            source: CONNECTIONS,
            "source-layer": "connections",
            filter: ["all", ["!", ["has", "count"]], filter],
            layout: { "icon-image": icon, "icon-allow-overlap": true, "icon-ignore-placement": true, visibility: "none" },
        });
    }

    /** @param {any} layer */
    #add(layer) {
        const above = this.map.getLayer("industrial_areas:label") ? "industrial_areas:label" : undefined;
        if (!this.map.getLayer(layer.id)) this.map.addLayer({ source: TRENCHES, "source-layer": "trenches", ...layer }, above);
        this.#layers.push(layer.id);
    }
}

/**
 * A line width that grows with the zoom level.
 * @param {number} weight
 */
function width(weight) {
    return ["interpolate", ["linear"], ["zoom"], 10, weight * 0.6, 14, weight, 18, weight * 2];
}
