/** The second step: what the file is, how it is read, and which layer it belongs to. */

import { facts as place, t } from "../shared/catalogue.js";
import { number } from "../shared/format.js";
import { html, live, nothing } from "../lib/lit.js";
import { failure, progress } from "./view.js";
import { onPage } from "./page_words.js";
import { stored } from "./words.js";

/** @typedef {import("./page.js").LoadPage} LoadPage */
/** @typedef {import("./types.js").Inspection} Inspection */

const TEXTS = ["csv", "tsv", "txt", "gz"];
const SHEETS = ["xlsx", "xlsm", "ods"];
/** CRS that are common in German deliveries, as names for the messages' keys; the city's own comes before them. */
const CRS = ["EPSG:25832", "EPSG:25833", "EPSG:4647", "EPSG:4326", "EPSG:3857", "EPSG:31467"];
const ENCODINGS = ["utf-8", "cp1252", "cp850", "mac_roman", "utf-16"];
/** From this likeness on a file is said to resemble a layer; see geo/loading/inspecting.py. */
const LEAST_LIKENESS = 0.2;
const DECIMALS = [",", "."];
const DELIMITERS = [";", ",", "\t", "|"];
const HEADER_ROW = "reading-header_row";

/** @param {LoadPage} page */
export function content(page) {
    const { inspection } = page.delivery.draft;
    return html`${failure(page, "content")} ${progress(page, ["inspect"])}
        ${inspection ? facts(inspection) : nothing}
        ${reading(page)}
        ${inspection ? html`${layer(page, inspection)} ${refused(inspection)} ${preview(page, inspection)}` : nothing}`;
}

/** @param {Inspection} inspection */
function facts(inspection) {
    const { rows, crs, columns, place, notes } = inspection;
    const shown = [
        [t("load.fact_rows"), number(rows)],
        [t("load.fact_columns"), number(columns.length)],
        [t("load.fact_crs"), crs],
        ...inspection.facts.map(({ label, value }) => [label, value]),
        [t("load.fact_extent"), place ? extent(place.extent) : null],
        [t("load.fact_city"), place ? city(place) : null],
    ];
    return html`<dl class="facts">
            ${shown.filter(([, value]) => value).map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}
        </dl>
        ${notes.map((note) => html`<p class="note">${note}</p>`)}`;
}

/** CRS to choose from, by code and name. @returns {[string, string][]} */
function systems() {
    const others = CRS.filter((code) => code !== place["crs"]);
    return [[place["crs"] ?? "", place["crs_name"] ?? ""], ...others.map((code) => /** @type {[string, string]} */ ([code, t(`load.crs_${code.slice(5)}`)]))];
}

/** @param {[number, number, number, number]} extent in the city's reference system */
function extent([west, south, east, north]) {
    const [w, s, e, n] = [west, south, east, north].map((metres) => number(metres));
    return t("load.extent", { west: w ?? "", south: s ?? "", east: e ?? "", north: n ?? "" });
}

/** @param {{inside: number, outside: number}} place */
function city({ inside, outside }) {
    if (!outside) return t("load.all_inside");
    return html`<strong class="warn">${t("load.outside", { outside: number(outside), all: number(inside + outside) })}</strong>`;
}

/** How the file is read: what it does not say itself. @param {LoadPage} page */
function reading(page) {
    const { delivery } = page;
    const { draft, file } = delivery;
    const suffix = (file?.name.split(".").pop() ?? "").toLowerCase();
    const isText = TEXTS.includes(suffix);
    const isSheet = SHEETS.includes(suffix);
    const isBusy = Boolean(delivery.task);
    const set = (/** @type {string} */ name) => (/** @type {Event} */ event) => {
        draft.read(name, /** @type {HTMLInputElement} */ (event.target).value);
        page.update();
    };
    const again = (/** @type {Event} */ event) => {
        event.preventDefault();
        if (!page.typed.areRead(HEADER_ROW) || faultOfRow(draft)) return page.focus(`#${HEADER_ROW}`);
        void delivery.inspect();
    };
    return html`<details class="reading" ?open=${delivery.failure?.at === "content" || Boolean(draft.inspection?.refused)}>
        <summary>${t("load.reading")}</summary>
        <form class="fields" @submit=${again}>
            <div class="field">
                <label for="crs">${t("load.crs")}</label>
                <input id="crs" list="crs-known" autocomplete="off" placeholder=${draft.inspection?.crs ?? t("load.crs_none")} .value=${live(draft.reading["crs"] ?? "")} @input=${set("crs")} />
                <datalist id="crs-known">${systems().map(([code, name]) => html`<option value=${code}>${name}</option>`)}</datalist>
            </div>
            ${isSheet ? input("sheet", draft, set) : choice("encoding", ENCODINGS, draft, set)}
            ${isText || isSheet ? choice("decimal", DECIMALS, draft, set) : input("layer", draft, set)}
            ${isText ? choice("delimiter", DELIMITERS, draft, set) : nothing}
            ${isText || isSheet ? headerRow(page) : nothing}
            ${isSheet ? choice("hidden_rows", ["skip", "load"], draft, set) : nothing}
            <div class="field buttons">
                <button type="submit" class=${draft.isStale ? "primary" : ""} ?disabled=${isBusy}>${t("load.read_again")}</button>
            </div>
        </form>
    </details>`;
}

/**
 * @param {string} name
 * @param {string[]} values
 * @param {import("./draft.js").Draft} draft
 * @param {(name: string) => (event: Event) => void} set
 */
function choice(name, values, draft, set) {
    const chosen = draft.reading[name] ?? "";
    return html`<div class="field">
        <label for="reading-${name}">${t(`load.reading_${name}`)}</label>
        <select id="reading-${name}" @change=${set(name)}>
            <option value="" .selected=${live(chosen === "")}>${t("load.automatic")}</option>
            ${values.map((value) => html`<option value=${value} .selected=${live(chosen === value)}>${t(`load.value_${name}_${keyOf(value)}`)}</option>`)}
        </select>
    </div>`;
}

/** The part of a message's key for a value that no key can hold. @param {string} value */
const keyOf = (value) => ({ ",": "comma", ".": "point", ";": "semicolon", "\t": "tab", "|": "bar" })[value] ?? value.replaceAll("-", "_");

/**
 * @param {"sheet" | "layer"} name
 * @param {import("./draft.js").Draft} draft
 * @param {(name: string) => (event: Event) => void} set
 */
const input = (name, draft, set) =>
    html`<div class="field">
        <label for="reading-${name}">${t(`load.reading_${name}`)}</label>
        <input id="reading-${name}" type="text" placeholder=${t("load.automatic")} .value=${live(draft.reading[name] ?? "")} @input=${set(name)} />
    </div>`;

/** Why the row of the column names cannot be that one, if it cannot. @param {import("./draft.js").Draft} draft */
const faultOfRow = ({ reading: { header_row: row } }) => (row && Number(row) < 1 ? t("load.header_row_least") : "");

/** @param {LoadPage} page */
function headerRow(page) {
    const { draft } = page.delivery;
    const field = /** @type {import("../shared/typed_inputs.js").TypedField} */ ({
        id: HEADER_ROW,
        kind: "number",
        isWhole: true,
        value: draft.reading["header_row"] ?? "",
        placeholder: t("load.automatic"),
        fault: faultOfRow(draft),
        set: (row) => {
            draft.read("header_row", row);
            page.update();
        },
    });
    return html`<div class="field">
        <label for=${HEADER_ROW}>${t("load.reading_header_row")}</label>
        ${page.typed.input(field)} ${page.typed.problem(field)}
    </div>`;
}

/**
 * The layer into which the file is loaded.
 * @param {LoadPage} page
 * @param {Inspection} inspection
 */
function layer({ delivery, layers }, inspection) {
    const likeness = new Map(inspection.layers.map((one) => [one.layer, one.likeness]));
    const choose = (/** @type {Event} */ event) => {
        const { value } = /** @type {HTMLSelectElement} */ (event.target);
        if (value) void delivery.inspect(value);
    };
    const isChosen = layers.has(inspection.layer ?? "");
    const isLike = (likeness.get(inspection.layer ?? "") ?? 0) >= LEAST_LIKENESS;
    const hint = isChosen ? (isLike ? t("load.layer_resembles") : "") : t("load.layer_resembles_none");
    return html`<div class="field layer">
        <label for="layer">${t("load.layer")}</label>
        <select id="layer" ?disabled=${Boolean(delivery.task)} @change=${choose}>
            <option value="" .selected=${live(!isChosen)} ?hidden=${isChosen}>${t("load.layer_open")}</option>
            ${[...layers].map(([key, title]) => html`<option value=${key} .selected=${live(key === inspection.layer)}>${title}</option>`)}
        </select>
        ${hint ? html`<p class="hint">${hint}</p>` : nothing}
    </div>`;
}

/** Why the file cannot be loaded into the layer as it is read now. @param {Inspection} inspection */
function refused({ refused: reason }) {
    if (!reason) return nothing;
    return html`<div class="doubt" role="note">
        <p><strong>${t("load.not_yet")}</strong> ${onPage(reason.message)}</p>
        ${reason.hint ? html`<p>${onPage(reason.hint)}</p>` : nothing}
    </div>`;
}

/**
 * The first rows as they would be stored.
 * @param {LoadPage} page
 * @param {Inspection} inspection
 */
function preview({ delivery }, { first_rows: rows, problems, targets, layer: key }) {
    if (!key || !rows.length) return nothing;
    const labels = new Map(targets.map(({ name, label }) => [name, label]));
    const names = Object.keys(rows[0]?.values ?? {});
    return html`<h3 id="preview-title">${t("load.preview")}</h3>
        <div class="wide" tabindex="0" role="region" aria-labelledby="preview-title">
            <table class="preview">
                <thead><tr><th scope="col" class="number">${t("load.row")}</th>${names.map((name) => html`<th scope="col">${labels.get(name) ?? name}</th>`)}</tr></thead>
                <tbody>
                    ${rows.map(({ row, values }) => html`<tr><th scope="row" class="number">${number(row)}</th>${names.map((name) => html`<td>${stored(values[name])}</td>`)}</tr>`)}
                </tbody>
            </table>
        </div>
        ${delivery.draft.isPreviewed || delivery.draft.isStale
            ? nothing
            : html`<p class="hint">${t("load.preview_old")} <button type="button" class="link" ?disabled=${Boolean(delivery.task)} @click=${() => void delivery.inspect()}>${t("load.preview_again")}</button></p>`}
        ${problems.count ? html`<p class="hint">${t("load.preview_problems", { count: number(problems.count) })}</p>` : nothing}`;
}
