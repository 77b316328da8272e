/** What the user decides about a file: how it is read, which column is which, what its codes mean, whose it is. */

/** @typedef {import("./types.js").Inspection} Inspection */
/** @typedef {import("./types.js").Target} Target */

/** Assigned to a column that is left out. */
export const IGNORED = "-";
/** Assigned to a column about which nothing is decided yet. */
export const OPEN = "";
/** Stands for all values of a column that are not listed, as in a mapping file. */
export const OTHERS = "*";
const PLACES = ["x", "y"];

/** The options of a load that confirm what it would do, by how the service names them. */
const CONFIRMABLE = /^(?:--)?(accept[-_][a-z_-]+)$/;

export class Draft {
    /** How the file is read, by the names of a mapping file. @type {Record<string, string>} */
    reading = {};
    /** The reading with which the file was inspected. */
    #inspected = "{}";
    /** The mapping with which its first rows were converted. */
    #previewed = "";
    layer = "";
    source = "";
    /** The day from which on the layer is as in the file, such as 2025-07-01. */
    validFrom = "";
    /** Our column by the file's. @type {Map<string, string>} */
    assigned = new Map();
    /** Codes by our column and the file's value. @type {Map<string, Map<string, string>>} */
    codes = new Map();
    /** @type {Map<string, string>} */
    constants = new Map();
    /** Our columns whose table of codes has been unfolded. @type {Set<string>} */
    unfolded = new Set();
    /** Switches of the load: repair, prune, accept_… @type {Set<string>} */
    options = new Set();
    /** @type {Inspection | null} */
    inspection = null;

    /**
     * Take over what was found out about the file. What was decided stays where the file still has the column.
     * @param {Inspection} inspection
     */
    look(inspection) {
        const isSame = inspection.layer === this.layer;
        const before = isSame ? this.assigned : new Map();
        if (!isSame) {
            this.codes.clear();
            this.constants.clear();
            this.options.clear();
            this.validFrom = "";
        }
        this.inspection = inspection;
        this.layer = inspection.layer ?? "";
        this.#inspected = JSON.stringify(this.reading);
        const names = new Set(inspection.targets.map(({ name }) => name));
        const kept = new Map(inspection.columns.map(({ header }) => [header, before.get(header)]));
        const taken = new Set([...kept.values()].filter((name) => name));
        this.assigned = new Map(
            inspection.columns.map(({ header, suggestion }) => {
                const old = kept.get(header);
                if (old && (old === IGNORED || names.has(old))) return [header, old];
                const proposed = suggestion && !taken.has(suggestion.column) && names.has(suggestion.column);
                return [header, old === undefined && proposed ? suggestion.column : OPEN];
            }),
        );
        this.#previewed = JSON.stringify(this.mapping);
    }

    /** Whether the inspection's first rows are those of the present assignment. */
    get isPreviewed() {
        return JSON.stringify(this.mapping) === this.#previewed;
    }

    /** Whether the file has to be read again, since it is to be read in another way. */
    get isStale() {
        return JSON.stringify(this.reading) !== this.#inspected;
    }

    /**
     * Say how the file is read; an empty text leaves it to the service.
     * @param {string} name
     * @param {string} value
     */
    read(name, value) {
        const { [name]: _, ...others } = this.reading;
        this.reading = value.trim() ? { ...others, [name]: value.trim() } : others;
    }

    /**
     * Assign a column of the file to one of ours. Returns the column that had it before and is left out now.
     * @param {string} header
     * @param {string} target
     * @returns {string | null}
     */
    assign(header, target) {
        const before = target && target !== IGNORED ? this.headerOf(target) : null;
        if (before !== null && before !== header) this.assigned.set(before, IGNORED);
        this.assigned.set(header, target);
        if (target) this.constants.delete(target);
        return before === header ? null : before;
    }

    /** Leave out all columns about which nothing is decided. */
    ignoreOpen() {
        for (const header of this.open) this.assigned.set(header, IGNORED);
    }

    /**
     * The file's column that is assigned to one of ours.
     * @param {string} target
     */
    headerOf(target) {
        return [...this.assigned].find(([, name]) => name === target)?.[0] ?? null;
    }

    /** The columns about which nothing is decided yet. */
    get open() {
        return [...this.assigned].filter(([, target]) => target === OPEN).map(([header]) => header);
    }

    /** The columns that new records need and that neither a column nor a constant fills. @returns {Target[]} */
    get lacking() {
        const has = (/** @type {string} */ name) => this.headerOf(name) !== null || Boolean(this.constants.get(name));
        return (this.inspection?.targets ?? []).filter(
            ({ name, required }) => required && !has(name) && !(name === "geometry" && PLACES.every(has)),
        );
    }

    /** The assigned columns with a list of codes, and their values. */
    get coded() {
        const { targets = [], values = {} } = this.inspection ?? {};
        return targets.flatMap((target) => {
            const header = this.headerOf(target.name);
            if (!target.codes || header === null) return [];
            return [{ target, codes: target.codes, header, values: values[header] ?? null }];
        });
    }

    /**
     * The code of a value: as chosen, else as a load recognises it; empty if neither.
     * @param {string} target
     * @param {string} header
     * @param {string} value
     */
    codeOf(target, header, value) {
        return this.codes.get(target)?.get(value) ?? this.inspection?.values[header]?.codes[target]?.[value] ?? "";
    }

    /**
     * @param {string} target
     * @param {string} value
     * @param {string} code
     */
    translate(target, value, code) {
        const table = this.codes.get(target) ?? new Map();
        this.codes.set(target, table.set(value, code));
    }

    /**
     * Switch an option of the load.
     * @param {string} name
     * @param {boolean} isOn
     */
    switch(name, isOn) {
        if (isOn) this.options.add(name);
        else this.options.delete(name);
    }

    /**
     * Name the day from which on the layer is as in the file. What the file lacks ends then, and is not deleted.
     * @param {string} day
     */
    begin(day) {
        this.validFrom = day;
        if (this.day) this.switch("prune", false);
    }

    /** The day that was named, where the layer takes one. */
    get day() {
        return this.inspection?.takes_day ? this.validFrom : "";
    }

    /** What was decided, as a mapping file has it. */
    get mapping() {
        const { header_row, ...reading } = this.reading;
        /** @type {Record<string, any>} */
        const mapping = { ...reading, ...(header_row ? { header_row: Number(header_row) } : {}) };
        const ignored = [...this.assigned].filter(([, target]) => target === IGNORED).map(([header]) => header);
        const columns = [...this.assigned].filter(([, target]) => target && target !== IGNORED);
        const codes = this.coded.map(({ target, header, values }) => [target.name, this.#table(target.name, header, values)]);
        const filled = codes.filter(([, table]) => Object.keys(table ?? {}).length);
        const constants = [...this.constants].filter(([, value]) => value);
        if (ignored.length) mapping["ignore"] = ignored;
        mapping["columns"] = Object.fromEntries(columns);
        if (filled.length) mapping["codes"] = Object.fromEntries(filled);
        if (constants.length) mapping["constants"] = Object.fromEntries(constants);
        return mapping;
    }

    /**
     * @param {string} target
     * @param {string} header
     * @param {{rows: Record<string, number>} | null} values
     */
    #table(target, header, values) {
        const listed = [...Object.keys(values?.rows ?? {}), OTHERS];
        const pairs = listed.map((value) => [value, this.codeOf(target, header, value)]);
        return Object.fromEntries(pairs.filter(([value, code]) => code && code !== value));
    }

    /** What a load is asked for, without whether it only tries. */
    get request() {
        const options = Object.fromEntries([...this.options].map((name) => [name, true]));
        const day = this.day ? { valid_from: this.day } : {};
        return { layer: this.layer, source: this.source.trim(), mapping: this.mapping, ...day, ...options };
    }

    /** Whatever has to be kept when the page is left and opened again. */
    get kept() {
        return JSON.stringify({
            reading: this.reading,
            layer: this.layer,
            source: this.source,
            validFrom: this.validFrom,
            assigned: [...this.assigned],
            codes: [...this.codes].map(([target, table]) => [target, [...table]]),
            constants: [...this.constants],
        });
    }

    /**
     * Restore what was kept; what cannot be read is left out.
     * @param {string | null} kept
     */
    restore(kept) {
        if (!kept) return;
        const { reading, layer, source, validFrom = "", assigned, codes, constants } = JSON.parse(kept);
        Object.assign(this, { reading, layer, source, validFrom, assigned: new Map(assigned), constants: new Map(constants) });
        this.codes = new Map(codes.map((/** @type {[string, [string, string][]]} */ [target, table]) => [target, new Map(table)]));
    }
}

/**
 * The name by which a load accepts what a question asks about: `accept_emptying` for `--accept-emptying`.
 * @param {string} option
 */
export function optionName(option) {
    const name = CONFIRMABLE.exec(option)?.[1];
    return name ? name.replaceAll("-", "_") : option;
}
