/**
 * A report as returned by the API (/api/reports/{period}). Exact numbers are strings.
 *
 * @typedef {{de: string, en: string}} Words
 * @typedef {{period: string, content: "target" | "actual", label: Words}} Column
 * @typedef {{exact: string | null, shown: string | null, text: string | null, of_year: boolean, not_recorded?: boolean}} Cell
 *
 * @typedef {object} Line
 * @property {string} key
 * @property {number} position
 * @property {Words} area
 * @property {Words} product
 * @property {Words} label
 * @property {Words | null} unit
 * @property {number} decimals
 * @property {string[]} goals
 * @property {boolean} is_manual
 * @property {Cell[]} cells
 * @property {string | null} remark
 * @property {string | null} entered_by
 * @property {string | null} entered_at
 *
 * @typedef {{period: string, target: string | null, shown: string | null}} TrendPoint
 * @typedef {{part: string, exact: string | null, shown: string | null}} SplitPart
 * @typedef {{layer: string, id: number, source: string, source_id: string, date: string, amount: string, district: string}} ReportRecord
 * @typedef {{key: string, rule: Words, label: Words, unit: string, kind: string, aggregation: string, layer: string, decimals: number, sides: Definition[]}} Definition
 * @typedef {{key: string, label: Words, since: string, text: Words}} Redefinition
 * @typedef {{layer: string, id: number, source_id: string, amount: string, what: Words, side?: {key: string, unit: Words | null} | null}} Cause
 * @typedef {{period: string, key: string, label: Words, unit: Words | null, decimals: number, exact: string, shown: string, causes: Cause[], printed?: [string, string]}} Correction
 * @typedef {{check: string, label: Words, advice: Words, layer: string, id: number, source: string, source_id: string, detail: string, keys: string[]}} Doubt
 *
 * @typedef {object} Status
 * @property {"draft" | "release"} state
 * @property {string} recorded_at
 * @property {string} version
 * @property {number | null} number
 * @property {string | null} published_by
 * @property {string | null} reason
 * @property {string | null} accepted
 * @property {string | null} hash
 *
 * @typedef {object} Report
 * @property {string} period
 * @property {Column[]} columns
 * @property {Line[]} lines
 * @property {Line[]} key_figures
 * @property {Words[]} sentences
 * @property {Record<string, TrendPoint[]>} trends
 * @property {Record<string, SplitPart[]>} splits
 * @property {Record<string, ReportRecord[]>} records
 * @property {Record<string, Definition>} definitions
 * @property {Status} status
 * @property {Correction[]} corrections
 * @property {Doubt[]} doubts
 * @property {Record<string, Words>} goals
 * @property {Redefinition[]} redefinitions
 * @property {Words[]} [notes] what is to be known of the splits
 * @property {{key: string, name: string}} [part] the part of the city that it is limited to
 * @property {string} [level] of the splits, if it is not the upper one
 */

export {};
