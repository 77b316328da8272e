/** The matches on the map: the plots' ranks and the place wanted, and picking a place by click. */

import { stateKey, place } from "./match_state.js";
import { colour } from "../shared/design.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./match_state.js").Answer} Answer */

const ACCENT = colour("accent-on-map");
const WANTED = "#7a1fa2";
const FONT = ["system-ui, sans-serif"];
/** Where a rank stands: at its plot, or beside it on one of the sides, as far away in ems as its sign is large. */
const AROUND = ["center", [0, 0], "bottom", [0, -1.1], "top", [0, 1.1], "left", [1.3, 0], "right", [-1.3, 0]];
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
        id: "match-plots:dot",
        type: "circle",
        filter: ["==", ["geometry-type"], "Point"],
        layout: { "circle-sort-key": ["-", ["get", "rank"]] },
        paint: { "circle-radius": 4, "circle-color": ACCENT, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 },
    },
    {
        // A sign goes where it covers no better one; a plot whose sign finds no place keeps its dot.
        id: "match-plots:rank",
        type: "symbol",
        filter: ["==", ["geometry-type"], "Point"],
        layout: {
            "text-field": ["to-string", ["get", "rank"]],
            "text-font": FONT,
            "text-size": 12,
            "text-variable-anchor-offset": AROUND,
            "icon-image": `sign|${ACCENT}`,
            "icon-text-fit": "both",
            "icon-text-fit-padding": [3, 7, 3, 7],
            "symbol-sort-key": ["get", "rank"],
        },
        paint: { "text-color": "#fff" },
    },
];

/**
 * Draw the matches, the best ones' signs first; null draws only the place wanted.
 * @param {App} app
 * @param {Answer | null} answer
 */
export function drawMatches(app, answer) {
    const wanted = answer?.inquiry.place ?? place(app.store.get(stateKey("place")));
    const near = answer?.inquiry.near_m ?? USUAL_NEAR_M;
    const places = wanted
        ? [
              { type: "Feature", properties: { kind: "near" }, geometry: ring(wanted, near) },
              { type: "Feature", properties: { kind: "place" }, geometry: { type: "Point", coordinates: wanted } },
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
export function clearMatches(app) {
    void app.map?.ready.then(() => {
        app.map.overlay("match-place", []);
        app.map.overlay("match-plots", []);
    });
}

/**
 * Zoom to all matches.
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
 * Let the next click on the map pick a place instead of selecting a plot; Escape cancels.
 * @param {App} app
 * @param {(found: {lng: number, lat: number} | null) => void} picked
 * @returns {() => void} cancels
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
    // Cancel when another tool takes the clicks.
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
 * A circle on the ground, small enough to approximate by scaling degrees.
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
