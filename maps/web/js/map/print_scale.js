/** Printing: the view as it is on the screen, or the map to scale on a sheet with its legend, a scale bar, north and the day. */

import { language, t } from "../shared/catalogue.js";
import { distance, instant, number } from "../shared/format.js";
import { isInternal } from "../shared/session.js";
import { html, nothing, render, svg } from "../lib/lit.js";
import { drawForPaper, NotDrawn } from "./paper_map.js";
import { shownSigns } from "./print_list.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {keyof typeof PAPERS} Paper */

const SCALES = [500, 1000, 2500, 5000, 10_000, 25_000, 50_000];
/** What a sheet's margins leave, in millimetres; the named pages of 6-print.css have these margins. */
const PAPERS = {
    "a4-landscape": { wide: 277, high: 190 },
    "a4-portrait": { wide: 190, high: 277 },
    "a3-landscape": { wide: 400, high: 277 },
    "a3-portrait": { wide: 277, high: 400 },
};
/** The height of the heading above the map, and of legend and imprint below it; a long legend goes on to the next sheet. */
const AROUND_MM = 44;
const LONGEST_BAR_MM = 60;
const AS_ON_SCREEN = "";

/**
 * Ask what to print, and print it.
 * @param {App} app
 */
export function openPrintDialog(app) {
    const dialog = document.createElement("dialog");
    dialog.className = "card print-dialog";
    dialog.setAttribute("aria-labelledby", "print-title");
    /** @type {{scale: string, paper: Paper, heading: string, state: "" | "drawing" | "failed"}} */
    const chosen = { scale: AS_ON_SCREEN, paper: "a4-landscape", heading: "", state: "" };
    const close = () => {
        dialog.close();
        dialog.remove();
    };
    const update = (/** @type {Partial<typeof chosen>} */ changes) => {
        Object.assign(chosen, changes);
        render(view(app, chosen, update, close, run), dialog);
    };
    const run = async (/** @type {Event} */ event) => {
        event.preventDefault();
        if (chosen.scale === AS_ON_SCREEN) {
            close();
            print();
            return;
        }
        update({ state: "drawing" });
        try {
            const drawn = await drawForPaper(app.map, mapSize(chosen.paper), Number(chosen.scale));
            if (!dialog.isConnected) return;
            close();
            await printSheet(app, chosen, drawn);
        } catch (error) {
            if (!(error instanceof NotDrawn)) throw error;
            update({ state: "failed" });
        }
    };
    for (const name of ["cancel", "close"]) dialog.addEventListener(name, () => dialog.remove());
    update({});
    app.places.dialogs.append(dialog);
    dialog.showModal();
}

/** @param {Paper} paper */
const mapSize = (paper) => ({ wide: PAPERS[paper].wide, high: PAPERS[paper].high - AROUND_MM });

/** @param {number} scale */
const inWords = (scale) => `1:${number(scale)}`;

/**
 * @param {App} app
 * @param {{scale: string, paper: Paper, heading: string, state: string}} chosen
 * @param {(changes: any) => void} update
 * @param {() => void} close
 * @param {(event: Event) => void} run
 */
function view(app, chosen, update, close, run) {
    const set = (/** @type {string} */ name) => (/** @type {Event} */ event) => update({ [name]: /** @type {HTMLInputElement} */ (event.target).value, state: "" });
    const size = mapSize(chosen.paper);
    const ground = (/** @type {number} */ mm) => distance((mm / 1000) * Number(chosen.scale));
    const isToScale = chosen.scale !== AS_ON_SCREEN;
    const isBusy = chosen.state === "drawing";
    const isOfRecord = Boolean(app.store.get("selected"));
    return html`<form @submit=${run}>
        <h2 id="print-title">${t("print.title")}</h2>
        <label>${t("print.scale")}
            <select .value=${chosen.scale} @change=${set("scale")}>
                <option value=${AS_ON_SCREEN}>${t(isOfRecord ? "print.record" : "print.list")}</option>
                ${SCALES.map((scale) => html`<option value=${scale}>${t("print.map", { scale: inWords(scale) })}</option>`)}
            </select>
        </label>
        ${isToScale
            ? html`<label>${t("print.paper")}
                      <select .value=${chosen.paper} @change=${set("paper")}>
                          ${Object.keys(PAPERS).map((paper) => html`<option value=${paper}>${t(`print.paper.${paper}`)}</option>`)}
                      </select>
                  </label>
                  <label>${t("print.heading")}
                      <input type="text" maxlength="120" .value=${chosen.heading} placeholder=${t("title")} @change=${set("heading")} />
                  </label>
                  <p class="hint">${t(isOfRecord ? "print.extent_of" : "print.extent", { wide: ground(size.wide), high: ground(size.high) })} ${t("print.full_size")}</p>`
            : nothing}
        <p role="status" class=${chosen.state === "failed" ? "error" : "hint"}>${isBusy ? t("print.drawing") : chosen.state === "failed" ? t("print.failed") : nothing}</p>
        <div class="buttons">
            <button type="submit" class="primary" aria-busy=${isBusy} ?disabled=${isBusy}>${t("print.now")}</button>
            <button type="button" @click=${close}>${t("cancel")}</button>
        </div>
    </form>`;
}

/**
 * @param {App} app
 * @param {{scale: string, paper: Paper, heading: string}} chosen
 * @param {{picture: string, isComplete: boolean}} drawn
 */
async function printSheet(app, chosen, { picture, isComplete }) {
    const sheet = document.createElement("div");
    sheet.id = "map-sheet";
    sheet.className = chosen.paper;
    sheet.lang = language;
    render(sheetView(app, { ...chosen, isComplete }), sheet);
    const image = /** @type {HTMLImageElement} */ (sheet.querySelector("img"));
    const { wide, high } = mapSize(chosen.paper);
    image.style.width = `${wide}mm`;
    image.style.height = `${high}mm`;
    image.src = picture;
    await image.decode();
    document.body.append(sheet);
    document.body.classList.add("has-map-sheet");
    addEventListener(
        "afterprint",
        () => {
            document.body.classList.remove("has-map-sheet");
            sheet.remove();
        },
        { once: true },
    );
    print();
}

/**
 * @param {App} app
 * @param {{scale: string, heading: string, isComplete: boolean}} chosen
 */
function sheetView(app, { scale, heading, isComplete }) {
    const { attribution } = app.map;
    return html`<header>
            <h1>${heading.trim() || t("title")}</h1>
            ${isComplete ? nothing : html`<strong>${t("print.incomplete")}</strong>`}
            ${isInternal(app.session) ? html`<strong>${t("print.internal")}</strong>` : nothing}
        </header>
        <img alt=${t("map.title")} />
        <div class="foot">
            <div>
                ${shownSigns(app)}
                <p class="hint">${t("print.imprint", { day: instant(new Date().toISOString()), address: location.href })}</p>
                ${attribution ? html`<p class="hint">${t("background.sources")}: ${attribution}</p>` : nothing}
            </div>
            <div class="scale">
                <p><strong>${t("print.scale_is", { scale: inWords(Number(scale)) })}</strong></p>
                ${bar(Number(scale))}
            </div>
            ${north()}
        </div>`;
}

/**
 * A bar of a round length: the longest of 1, 2 or 5 times a power of ten that fits.
 * @param {number} scale
 */
function bar(scale) {
    const most = (LONGEST_BAR_MM / 1000) * scale;
    const power = 10 ** Math.floor(Math.log10(most));
    const metres = power * Math.max(...[1, 2, 5].filter((factor) => factor * power <= most));
    const wide = (metres / scale) * 1000;
    return html`<svg class="scale-bar" width="${wide}mm" height="2.2mm" viewBox="0 0 4 1" preserveAspectRatio="none" aria-hidden="true">
            ${[0, 1, 2, 3].map((part) => svg`<rect x=${part} width="1" height="1" class=${part % 2 ? "light" : "dark"} />`)}
        </svg>
        <p class="scale-ends"><span>0</span><span>${distance(metres)}</span></p>`;
}

const north = () =>
    html`<svg class="north" viewBox="0 0 24 32" role="img" aria-label=${t("print.north")}>
        ${svg`<path d="M12 1 19 22 12 18 5 22Z" /><text x="12" y="31" text-anchor="middle">${t("print.north_letter")}</text>`}
    </svg>`;
