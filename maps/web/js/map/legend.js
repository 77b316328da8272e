/** The legend: the map's layers with their signs, which can be shown and hidden. */

import { t } from "../shared/catalogue.js";
import { html, render } from "../lib/lit.js";
import { bar, stripe } from "./symbols.js";
import { changes } from "../records/changes.js";

/** @typedef {{key: string, label: string, shape: "area" | "line" | "point", starts_visible: boolean, style: any, layers: string[]}} Entry */
/** @typedef {{key: string, title: string, entries: Entry[], counts: string | null, address: string | null, is_ground: boolean}} Group */

export class Legend {
    /** The keys of groups that have been fetched as a whole. @type {Set<string>} */
    #fetched = new Set();

    /**
     * @param {HTMLElement} root
     * @param {import("../page/app.js").App} app
     * @param {Group[]} groups
     */
    constructor(root, app, groups) {
        this.root = root;
        this.app = app;
        this.groups = groups;
        app.store.subscribe((_, changed) => {
            if (changed.has("shown") || changed.has("hidden") || changed.has("background") || changed.has("overlays")) this.apply();
            // Panel and drawer leave little room for the map.
            const details = root.querySelector("details");
            if (changed.has("selected") && details && matchMedia("(width < 1700px)").matches) details.open = false;
        });
        changes.addEventListener("change", () => {
            this.#fetched.clear();
            this.apply();
        });
        void app.map.ready.then(() => this.apply());
        this.#render();
    }

    /** On narrow screens the legend starts closed. */
    get #isOpen() {
        const room = this.app.store.get("selected") ? "(width >= 1700px)" : "(width >= 1000px)";
        return this.root.querySelector("details")?.open ?? matchMedia(room).matches;
    }

    /** The map layers of a group, including that of its counts. @param {string} key */
    layersOf(key) {
        const group = this.groups.find((one) => one.key === key);
        return group ? [...group.entries.flatMap((one) => one.layers), ...(group.counts ? [group.counts] : [])] : [];
    }

    /** @param {Entry} entry */
    isShown(entry) {
        const listed = (/** @type {string} */ name) => this.app.store.get(name).split(",").includes(entry.key);
        return this.#isUsual(entry) ? !listed("hidden") : listed("shown");
    }

    /** Whether an entry is shown unless the reader decides otherwise: the ground is, where no background is. @param {Entry} entry */
    #isUsual(entry) {
        const isGround = this.groups.some((group) => group.is_ground && group.entries.includes(entry));
        return isGround ? !this.app.backgrounds?.shown : entry.starts_visible;
    }

    /**
     * Show or hide entries by key.
     * @param {readonly string[]} keys
     * @param {boolean} isShown
     */
    show(keys, isShown) {
        const lists = { shown: new Set(), hidden: new Set() };
        for (const entry of this.groups.flatMap((group) => group.entries)) {
            const wanted = keys.includes(entry.key) ? isShown : this.isShown(entry);
            if (wanted !== this.#isUsual(entry)) lists[wanted ? "shown" : "hidden"].add(entry.key);
        }
        this.app.store.set({ shown: [...lists.shown].join(","), hidden: [...lists.hidden].join(",") });
    }

    /** Update the map's layers from the state. */
    apply() {
        for (const group of this.groups) {
            for (const entry of group.entries) this.app.map.setShown(entry.layers, this.isShown(entry));
            if (group.address && group.entries.some((one) => this.isShown(one))) void this.#fetch(group.key, group.address);
            if (group.counts) this.app.map.setShown([group.counts], group.entries.some((one) => this.isShown(one)));
        }
        this.#render();
    }

    /**
     * @param {string} key
     * @param {string} address
     */
    async #fetch(key, address) {
        if (this.#fetched.has(key)) return;
        this.#fetched.add(key);
        try {
            this.app.map.overlay(key, (await this.app.api.get(address)).features);
        } catch (error) {
            this.#fetched.delete(key);
            this.app.notices.fail(error);
        }
    }

    #render() {
        render(
            html`<details class="legend" ?open=${this.#isOpen}>
                <summary>${t("legend.title")}</summary>
                <div class="legend-groups">${this.app.backgrounds?.view()} ${this.app.overlays?.view()} ${this.#info()} ${this.groups.map((group) => this.#group(group))} ${this.app.ownFiles?.view()}</div>
            </details>`,
            this.root,
        );
    }

    /** The way for the keyboard to what a click on the map asks. */
    #info() {
        const { overlayInfo, map } = this.app;
        if (!overlayInfo?.isUseful) return "";
        return html`<button type="button" class="quiet" @click=${() => void overlayInfo.ask(map.map.getCenter())}>${t("overlay.ask_centre")}</button>`;
    }

    /** @param {Group} group */
    #group({ title, entries }) {
        const shown = entries.filter((entry) => this.isShown(entry)).length;
        const toggle = () => this.show(entries.map((entry) => entry.key), shown === 0);
        const checkbox = (/** @type {Entry | null} */ entry, /** @type {string} */ label) =>
            html`<label class=${entry ? "entry" : "group"}>
                <input
                    type="checkbox"
                    .checked=${entry ? this.isShown(entry) : shown > 0}
                    .indeterminate=${!entry && shown > 0 && shown < entries.length}
                    @change=${entry ? () => this.show([entry.key], !this.isShown(entry)) : toggle}
                />
                ${entry ? sign(entry) : ""}<span>${label}</span>
            </label>`;
        const [only] = entries;
        if (entries.length === 1 && only) return html`<div class="legend-group">${checkbox(only, title)}</div>`;
        return html`<fieldset class="legend-group">
            <legend class="hidden">${title}</legend>
            ${checkbox(null, title)}
            <div class="entries">${entries.map((entry) => checkbox(entry, entry.label))}</div>
        </fieldset>`;
    }
}

/**
 * A canvas with an entry's sign on the map.
 * @param {Entry} entry
 */
export function sign({ shape, style }) {
    const size = { width: 26, height: 16 };
    const canvas = Object.assign(document.createElement("canvas"), { width: size.width * 2, height: size.height * 2 });
    canvas.className = "sign";
    canvas.setAttribute("aria-hidden", "true");
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(2, 2);
    context.lineWidth = style.weight;
    context.strokeStyle = style.color;
    context.setLineDash((style.dash ?? "").split(" ").filter(Boolean).map(Number));
    if (shape === "line") {
        context.moveTo(1, 8);
        context.lineTo(25, 8);
        context.stroke();
    } else if (shape === "area") {
        paintArea(context, style);
    } else {
        const [x, y, radius] = [13, 8, Math.min(style.radius ?? 4, 6)];
        context.fillStyle = style.fill ?? style.color;
        context.beginPath();
        if (style.symbol === "barrier") return barrier(canvas, context, x, y);
        if (style.symbol === "square") context.rect(x - radius, y - radius, radius * 2, radius * 2);
        else if (style.symbol === "diamond") diamond(context, x, y, radius * 1.2);
        else if (style.symbol === "cross") cross(context, x, y, radius);
        else context.arc(x, y, radius, 0, Math.PI * 2);
        if (style.symbol !== "cross" && style.symbol !== "ring") context.fill();
        context.stroke();
    }
    return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 */
function barrier(canvas, context, x, y) {
    context.translate(x, y);
    bar(context, 9);
    stripe(context, 9);
    context.stroke();
    return canvas;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {any} style
 */
function paintArea(context, style) {
    context.save();
    context.beginPath();
    context.rect(2, 2, 22, 12);
    if (style.fill) {
        context.globalAlpha = style.fill_opacity ?? 1;
        context.fillStyle = style.fill;
        context.fill();
        context.globalAlpha = 1;
    }
    context.stroke();
    context.clip();
    context.setLineDash([]);
    context.lineWidth = 1.2;
    context.beginPath();
    for (let x = -16; style.hatch && x < 40; x += 5) {
        if (style.hatch !== "opposite") context.moveTo(x, 16), context.lineTo(x + 16, 0);
        if (style.hatch !== "diagonal") context.moveTo(x, 0), context.lineTo(x + 16, 16);
    }
    context.stroke();
    context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} far
 */
function diamond(context, x, y, far) {
    context.moveTo(x, y - far);
    context.lineTo(x + far, y);
    context.lineTo(x, y + far);
    context.lineTo(x - far, y);
    context.closePath();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} far
 */
function cross(context, x, y, far) {
    context.moveTo(x - far, y - far);
    context.lineTo(x + far, y + far);
    context.moveTo(x + far, y - far);
    context.lineTo(x - far, y + far);
}
