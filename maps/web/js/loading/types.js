/**
 * What the service answers about a delivered file (geo/loading/job.py).
 *
 * @typedef {{name: string, label: string, unit: string, required: boolean, codes: Record<string, string> | null}} Target a column of ours
 * @typedef {{header: string, kind: string, filled: number, first: string | null, last: string | null, examples: string[],
 *     suggestion: {column: string, likeness: number} | null}} FileColumn
 * @typedef {{row: number | null, source_id: string | null, column: string | null, value: string | null, reason: string, option?: string}} RowProblem
 * @typedef {{count: number, rows: RowProblem[]}} RowProblems
 * @typedef {{message: string, hint: string | null}} Refusal
 *
 * @typedef {object} Inspection
 * @property {number} rows
 * @property {string | null} crs
 * @property {{label: string, value: string}[]} facts
 * @property {string[]} notes
 * @property {{layer: string, title: string, likeness: number}[]} layers those that the file resembles, the best one first
 * @property {string | null} layer
 * @property {boolean} takes_day whether the layer can be loaded as it is from a day on
 * @property {FileColumn[]} columns
 * @property {{row: number, values: Record<string, string | null>}[]} first_rows
 * @property {{extent: [number, number, number, number], inside: number, outside: number} | null} place
 * @property {RowProblems} problems
 * @property {Refusal | null} refused
 * @property {Target[]} targets
 * @property {Record<string, {rows: Record<string, number>, codes: Record<string, Record<string, string>>}>} values
 *
 * @typedef {{column: string, present: number, filled: number, changed: number, emptied: number}} ColumnChange
 *
 * @typedef {object} Outcome
 * @property {string} layer
 * @property {string} source
 * @property {number | null} number in the log of loads
 * @property {boolean} dry_run
 * @property {boolean} ok
 * @property {number} rows
 * @property {number} inserted
 * @property {number} changed
 * @property {number} unchanged
 * @property {number} removed
 * @property {{count: number, examples: string[]}} vanished
 * @property {string[]} notes
 * @property {RowProblems} adjusted
 * @property {RowProblems} problems
 * @property {ColumnChange[]} [columns]
 * @property {{option: string, reason: string}[]} [questions]
 *
 * @typedef {{id: number, layer: string, source: string, file_name: string, rows: number, inserted: number, changed: number,
 *     unchanged: number, removed: number, recorded_at: string, recorded_by: string, undone_at: string | null, undone_by: string | null}} Load
 */

export {};
