/** What the service says for the command line, said for this page: its options are fields here. */

import { t } from "../shared/catalogue.js";

/** The labels' keys of the fields that set what an option sets. */
const FIELDS = new Map([
    ["--crs", "load.crs"],
    ["--encoding", "load.reading_encoding"],
    ["--decimal", "load.reading_decimal"],
    ["--delimiter", "load.reading_delimiter"],
    ["--sheet", "load.reading_sheet"],
    ["--layer", "load.reading_layer"],
    ["--header-row", "load.reading_header_row"],
    ["--valid-from", "load.valid_from"],
]);
/** An option with its value, which is in quotation marks if the shell would need them. */
const OPTION = /(--(?:crs|encoding|decimal|delimiter|sheet|layer|header-row|valid-from))(?: ('[^']*'|[\w:.*-]*\w))?/g;
const HIDDEN = /--rows hidden=(skip|load)/g;

/**
 * A text of the service with this page's fields instead of the command's options: “Character set”: cp1252.
 * @param {string} text
 */
export const onPage = (text) =>
    text
        .replace(OPTION, (_, /** @type {string} */ option, /** @type {string | undefined} */ value) => field(FIELDS.get(option) ?? "", value?.replace(/^'(.*)'$/, "$1")))
        .replace(HIDDEN, (_, /** @type {string} */ choice) => field("load.reading_hidden_rows", t(`load.value_hidden_rows_${choice}`)));

/**
 * @param {string} key the label's
 * @param {string | undefined} value
 */
const field = (key, value) => t(value ? "load.in_field_value" : "load.in_field", { field: t(key), value: value ?? "" });
