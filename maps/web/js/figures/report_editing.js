/** Determines which cells of the table the reader may edit or look into, and keeps the open one. */

import { CellForm } from "./report_cell_form.js";
import { mayEditLayer } from "../shared/session.js";

/** @typedef {import("./report_types.js").Line} Line */
/** @typedef {import("./report_types.js").Column} Column */
/**
 * A value that is entered by hand: its layer, the properties that identify its record, and whether the reader may edit it.
 * @typedef {object} Place
 * @property {string} id
 * @property {"target" | "actual" | "remark"} kind
 * @property {"targets" | "manual_actuals" | "remarks"} layer
 * @property {Record<string, string | number>} found
 * @property {Line} line
 * @property {import("./report_types.js").Words | null} label of its column
 * @property {boolean} isOpen to the reader's changes
 */
/** @typedef {{id: number, isAnnual: boolean}} Manual */

const INDICATORS = "/api/collections/manual_indicators/items?limit=1000";
/** Periods that end with a year. */
const ENDING_YEARS = /^\d{4}(-H2|-Q4|-12)?$/;

export class Editing {
    /** The cell that is open. @type {CellForm | null} */
    form = null;
    /** The other teams' indicators by their keys. @type {Map<string, Manual>} */
    #manual = new Map();

    /** @param {import("./report.js").ReportPage} page */
    constructor(page) {
        this.page = page;
    }

    /** Fetch the indicators that are reported by hand. */
    async prepare() {
        for await (const features of this.page.api.pages(INDICATORS)) {
            for (const { id, properties } of features) {
                this.#manual.set(properties.key, { id: Number(id), isAnnual: Boolean(properties.annual) });
            }
        }
    }

    /** Whether the reader may edit anything in the report shown. */
    get isOn() {
        return this.#mayEdit("targets") || this.#mayEdit("remarks") || this.#mayEdit("manual_actuals");
    }

    /** Published reports cannot be edited, and a part has nothing but targets of its own. @param {string} layer */
    #mayEdit(layer) {
        const { report } = this.page;
        return report?.status.state === "draft" && (!report.part || layer === "targets") && mayEditLayer(this.page.session, layer);
    }

    /**
     * The value behind a cell, or null if it is not entered by hand: computed figures, and values that cannot exist.
     * @param {Line} line
     * @param {Column | null} column null for the remark
     * @returns {Place | null}
     */
    placeOf(line, column) {
        if (!column) return this.#remark(line);
        return column.content === "target" ? this.#target(line, column) : this.#actual(line, column);
    }

    /** @param {Line} line */
    #remark(line) {
        if (!this.#mayEdit("remarks")) return null;
        return this.#place(line, "remark", "remarks", { kpi: line.key, period: this.page.settings.period ?? "" }, null);
    }

    /**
     * @param {Line} line
     * @param {Column} column
     */
    #target(line, { period, label }) {
        const isMissing = this.#manual.get(line.key)?.isAnnual && period.includes("-");
        if (isMissing || !this.#mayEdit("targets")) return null;
        const part = this.page.report?.part;
        return this.#place(line, "target", "targets", { kpi: line.key, period, ...(part ? { part: part.key } : {}) }, label);
    }

    /**
     * Actuals are entered only in their own period's report. Readers may see who entered them.
     * @param {Line} line
     * @param {Column} column
     */
    #actual(line, { period, label }) {
        const manual = line.is_manual ? this.#manual.get(line.key) : null;
        if (!manual || period !== this.page.settings.period) return null;
        if (manual.isAnnual && !ENDING_YEARS.test(period)) return null;
        if (!this.#mayEdit("manual_actuals") && !line.entered_by) return null;
        const found = { indicator: manual.id, period: manual.isAnnual ? period.slice(0, 4) : period };
        return this.#place(line, "actual", "manual_actuals", found, label);
    }

    /**
     * @param {Line} line
     * @param {Place["kind"]} kind
     * @param {Place["layer"]} layer
     * @param {Place["found"]} found
     * @param {Place["label"]} label
     * @returns {Place}
     */
    #place(line, kind, layer, found, label) {
        return { id: `${kind}-${line.key}-${found["period"]}`, kind, layer, found, line, label, isOpen: this.#mayEdit(layer) };
    }

    /**
     * Open a cell and close any other.
     * @param {Place} place
     */
    async open(place) {
        this.form = new CellForm(this.page, place);
        await this.form.open();
    }

    /** Close the cell, and return the focus to it. */
    close() {
        const { id = "" } = this.form?.place ?? {};
        this.form = null;
        this.page.update();
        document.getElementById(`cell-${id}`)?.focus();
    }
}
