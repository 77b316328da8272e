/** What the matching draws on the map: the ranks of the plots, and the place wanted; and how a place is picked there. */

import { named, place } from "./match_state.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./match_state.js").Answer} Answer */

const ACCENT = "#00665a";
const WANTED = "#7a1fa2";
const FONT = ["system-ui, sans-serif"];
const CORNERS = 64;
const METRES_PER_DEGREE = 111_320;
const USUAL_NEAR_M = 2000;

const PLACE_LAYERS = [
    { id: "match-place:near", type: "line", filter: ["==", ["get", "kind"], "near"], paint: { "line-color": WANTED, "line-width": 2, "line-dasharray": [3, 2] } },
    { id: "match-place:point", type: "circle", filter: ["==", ["get", "kind"], "place"], paint: { "circle-radius": 7, "circle-color": WANTED, "circle-stroke-color": "#fff", "circle-stroke-width": 2 } },
];
const RANK_LAYERS = [
    { id: "match-plots:line", type: "line", filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": ACCENT, "line-width": 3 } },
    {
        id: "match-plots:rank",
        type: "circle",
        filter: ["==", ["geometry-type"], "Point"],
        layout: { "circle-sort-key": ["-", ["get", "rank"]] },
        paint: { "circle-radius": 11, "circle-color": ACCENT, "circle-stroke-color": "#fff", "circle-stroke-width": 2 },
    },
    {
        id: "match-plots:number",
        type: "symbol",
        filter: ["==", ["geometry-type"], "Point"],
        layout: { "text-field": ["to-string", ["get", "rank"]], "text-font": FONT, "text-size": 12, "symbol-sort-key": ["get", "rank"] },
        paint: { "text-color": "#fff" },
    },
];

/**
 * Draw what was found, best on top; null: nothing.
 * @param {App} app
 * @param {Answer | null} answer
 */
export function drawMatches(app, answer) {
    const asked = answer?.inquiry.place ?? place(app.store.get(named("place")));
    const near = answer?.inquiry.near_m ?? USUAL_NEAR_M;
    const places = asked
        ? [
              { type: "Feature", properties: { kind: "near" }, geometry: ring(asked, near) },
              { type: "Feature", properties: { kind: "place" }, geometry: { type: "Point", coordinates: asked } },
          ]
        : [];
    const ranked = (answer?.matches ?? []).flatMap(({ rank, plot }) => {
        const outline = app.plots.byId.get(plot.id)?.geometry;
        return [
            ...(plot.center ? [{ type: "Feature", properties: { rank }, geometry: { type: "Point", coordinates: plot.center } }] : []),
            ...(outline ? [{ type: "Feature", properties: { rank }, geometry: outline }] : []),
        ];
    });
    void app.map?.ready.then(() => {
        app.map.overlay("match-place", places, PLACE_LAYERS);
        app.map.overlay("match-plots", ranked, RANK_LAYERS);
    });
}

/** @param {App} app */
export function forgetMatches(app) {
    void app.map?.ready.then(() => {
        app.map.overlay("match-place", []);
        app.map.overlay("match-plots", []);
    });
}

/**
 * Move the map to all that was found.
 * @param {App} app
 * @param {Answer} answer
 */
export function showMatches(app, answer) {
    const centers = answer.matches.map(({ plot }) => plot.center).filter(Boolean);
    const [east, north] = [0, 1].map((axis) => Math.max(...centers.map((center) => center[axis])));
    const [west, south] = [0, 1].map((axis) => Math.min(...centers.map((center) => center[axis])));
    if (centers.length) app.map.goTo([west ?? 0, south ?? 0, east ?? 0, north ?? 0], 14);
}

/**
 * Let the next click on the map pick a place, in the stead of a plot; Escape gives up.
 * @param {App} app
 * @param {(found: {lng: number, lat: number} | null) => void} picked
 * @returns {() => void} what gives up
 */
export function pickPlace(app, picked) {
    const stop = () => {
        app.takeClicks(null);
        document.body.classList.remove("is-drawing");
        app.map.map.off("click", choose);
        removeEventListener("keydown", giveUp);
    };
    /** @param {{lngLat: {lng: number, lat: number}}} event */
    const choose = ({ lngLat }) => {
        stop();
        picked(lngLat);
    };
    /** @param {KeyboardEvent} event */
    const giveUp = (event) => {
        if (event.key !== "Escape") return;
        stop();
        picked(null);
    };
    // Another tool may want the clicks.
    app.takeClicks(() => {
        stop();
        picked(null);
    });
    document.body.classList.add("is-drawing");
    app.map.map.on("click", choose);
    addEventListener("keydown", giveUp);
    return stop;
}

/**
 * A circle on the ground, small enough that degrees may be scaled.
 * @param {[number, number]} center
 * @param {number} radius in metres
 */
function ring([longitude, latitude], radius) {
    const [high, wide] = [radius / METRES_PER_DEGREE, radius / METRES_PER_DEGREE / Math.cos((latitude * Math.PI) / 180)];
    const coordinates = Array.from({ length: CORNERS + 1 }, (_, corner) => {
        const angle = (2 * Math.PI * corner) / CORNERS;
        return [longitude + wide * Math.cos(angle), latitude + high * Math.sin(angle)];
    });
    return { type: "LineString", coordinates };
}
