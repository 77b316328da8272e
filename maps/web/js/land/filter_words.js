/** The active filters as text, for printing. */

import { t } from "../shared/catalogue.js";
import { FILTERS, stateName } from "./filters.js";
import { day, number } from "../shared/format.js";

/** @typedef {import("../page/app.js").App} App */

/**
 * @param {App} app
 * @returns {string[]}
 */
export function filterTexts(app) {
    return FILTERS.flatMap((filter) => {
        const text = app.store.get(stateName(filter));
        return text ? [`${t(`filter.${filter.property}`)}: ${valueText(app, filter, text)}`] : [];
    });
}

/**
 * @param {App} app
 * @param {import("./filters.js").Filter} filter
 * @param {string} text
 */
function valueText(app, { property, kind, unit = "" }, text) {
    const isNone = text === "none";
    const isYes = text === "1";
    switch (kind) {
        case "text":
            return text;
        case "codes":
            return text.split(",").map((code) => app.properties.get(property)?.codes?.get(code) ?? code).join(", ");
        case "flag":
            return t(isYes ? "yes" : "no");
        case "since":
            return day(text);
        case "ends_within":
            return t("filters.in_days", { count: text });
        case "severity":
            return t(isNone ? "filters.none" : "filters.minor");
        case "at_most":
            return text === "0" ? t("filters.on_plot") : t("filters.within", { value: number(Number(text)), unit });
        case "range": {
            const [least = "", most = ""] = text.split("..");
            const ends = [least && `${t("filters.from")} ${number(Number(least), 2)}`, most && `${t("filters.to")} ${number(Number(most), 2)}`];
            return `${ends.filter(Boolean).join(" ")} ${unit}`;
        }
    }
}
