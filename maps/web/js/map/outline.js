/** Editing an area's outline: by its corners or by drawing a new one, with the resulting area. */

import { t } from "../shared/catalogue.js";
import { number, percent, quantity } from "../shared/format.js";
import { html, nothing } from "../lib/lit.js";
import { area, isCrossed } from "./metres.js";
import { isReady, ready } from "./plane.js";
import { box } from "../land/plots.js";
import { showMap } from "../shared/covered_map.js";
import { Sketch } from "./sketch.js";

/** @typedef {import("./sketch.js").Place} Place */
/** A ring: the outer one of a part, or a hole in it. @typedef {{part: number, hole: number, points: Place[]}} Ring */

const SOURCE = "outline-others";
const LAYERS = [{ id: "outline-others:line", type: "line", paint: { "line-color": "#b3005e", "line-width": 1.5, "line-dasharray": [3, 2] } }];
/** The share by which the area in the land register may differ; `flurwerk check` reports more. */
const TOLERANCE = 0.02;

export class Outline {
    isOpen = false;
    #at = 0;
    /** @type {Ring[]} */
    #rings;

    /**
     * @param {import("../page/app.js").App} app
     * @param {any} geometry a MultiPolygon
     * @param {() => void} changed
     */
    constructor(app, geometry, changed) {
        this.app = app;
        this.before = geometry;
        this.changed = changed;
        this.#rings = ringsOf(geometry);
        this.sketch = new Sketch(app, { isRing: true, hint: t("outline.hint"), changed: () => this.#drawn() });
        if (!isReady()) void ready().then(changed);
    }

    /** Take the map's clicks, and start with the existing outline. */
    begin() {
        this.isOpen = true;
        showMap(true);
        this.sketch.begin();
        this.#choose(this.#at);
        // What is left of the form leaves less room to the map.
        this.app.map.map.resize();
        this.app.map.goTo(box(this.before), 19);
    }

    /** Release the map's clicks; changes are kept. */
    end() {
        if (!this.isOpen) return;
        this.isOpen = false;
        this.sketch.end();
        this.app.map.overlay(SOURCE, []);
    }

    /** Discard all changes. */
    reset() {
        this.end();
        this.#rings = ringsOf(this.before);
        this.#at = 0;
        this.changed();
    }

    /**
     * Continue from somebody else's outline, or from mine if it is given.
     * @param {any} theirs
     * @param {any} [mine]
     */
    rebase(theirs, mine = null) {
        this.end();
        this.before = theirs;
        this.#rings = ringsOf(mine ?? theirs);
        this.#at = 0;
    }

    get isChanged() {
        return JSON.stringify(this.#rings) !== JSON.stringify(ringsOf(this.before));
    }

    /** The outline drawn, as a MultiPolygon. */
    get geometry() {
        const drawn = this.#rings.filter(({ points }) => points.length);
        const outer = drawn.filter(({ hole }) => !hole);
        return { type: "MultiPolygon", coordinates: outer.map(({ part }) => drawn.filter((ring) => ring.part === part).map(closed)) };
    }

    /** Why the outline is not a valid area, or an empty text. @returns {string} */
    get fault() {
        const drawn = this.#rings.filter(({ points }) => points.length);
        if (!this.geometry.coordinates.length || drawn.some(({ points }) => points.length < 3)) return t("outline.too_few");
        return drawn.some(({ points }) => isCrossed(points)) ? t("measure.crossed") : "";
    }

    #drawn() {
        this.#rings = this.#rings.map((ring, index) => (index === this.#at ? { ...ring, points: this.sketch.points } : ring));
        this.changed();
    }

    /** @param {number} index of the ring to edit */
    #choose(index) {
        this.#at = index;
        const others = this.#rings.filter((ring, at) => at !== index && ring.points.length > 1);
        const features = others.map((ring) => ({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: closed(ring) } }));
        this.app.map.overlay(SOURCE, features, LAYERS);
        this.sketch.set(this.#rings[index]?.points ?? [], true);
    }

    /**
     * @param {string} error the form's error message, or an empty text
     * @param {number | null} official the area in the land register, as entered in the form
     */
    view(error, official) {
        return html`<div class="outline">
            <p role="status">${this.#measured(official)}</p>
            ${this.isOpen
                ? html`${this.#rings.length > 1 ? this.#chooser() : nothing} ${this.sketch.view()}`
                : html`<button type="button" @click=${() => this.begin()}>${t("outline.change")}</button>`}
            ${this.isOpen || this.isChanged ? html`<button type="button" @click=${() => this.reset()}>${t("outline.reset")}</button>` : nothing}
            <p class="error" id="geometry-error" role="alert" tabindex="-1">${error || nothing}</p>
        </div>`;
    }

    /** @param {number | null} official */
    #measured(official) {
        if (this.isChanged && this.fault) return this.fault;
        if (!isReady()) return t("measure.loading");
        const [now, before] = [areaOf(this.geometry), areaOf(this.before)];
        const text = this.isChanged ? t("outline.area_and_before", { area: quantity(now, "m²"), before: quantity(before, "m²") }) : t("outline.area", { area: quantity(now, "m²") });
        const share = official ? Math.abs(now / official - 1) : 0;
        const differs = share > TOLERANCE ? html`<span class="hint">${t("outline.differs", { official: quantity(official, "m²"), share: percent(share, 1) })}</span>` : nothing;
        return html`<strong>${text}</strong> ${differs}`;
    }

    #chooser() {
        const choose = (/** @type {Event} */ event) => this.#choose(Number(/** @type {HTMLSelectElement} */ (event.target).value));
        return html`<div class="field">
            <label for="outline-ring">${t("outline.which")}</label>
            <select id="outline-ring" @change=${choose}>
                ${this.#rings.map(
                    ({ part, hole }, index) =>
                        html`<option value=${index} ?selected=${index === this.#at}>${t(hole ? "outline.hole" : "outline.part", { part: number(part + 1), hole: number(hole) })}</option>`,
                )}
            </select>
        </div>`;
    }
}

/**
 * The rings of a MultiPolygon without their closing points.
 * @param {any} geometry
 * @returns {Ring[]}
 */
const ringsOf = (geometry) =>
    geometry.coordinates.flatMap((/** @type {Place[][]} */ rings, /** @type {number} */ part) => rings.map((points, hole) => ({ part, hole, points: points.slice(0, -1) })));

/** @param {Ring} ring */
const closed = ({ points }) => [...points, ...points.slice(0, 1)];

/**
 * The area of a MultiPolygon as the records measure it, in square metres. `ready` must have been awaited.
 * @param {any} geometry
 */
export const areaOf = (geometry) => ringsOf(geometry).reduce((sum, { hole, points }) => sum + (hole ? -1 : 1) * area(points), 0);
