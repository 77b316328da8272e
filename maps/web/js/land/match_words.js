/** Inquiries as text. */

import { t } from "../shared/catalogue.js";
import { number } from "../shared/format.js";
import { useName } from "../shared/use_names.js";

/**
 * An inquiry in one line: its number, use, size and zoning.
 * @param {number} id
 * @param {any} wish
 */
export function inquiryLine(id, wish) {
    const name = wish.number ?? t("match.inquiry_id", { id });
    return [name, size(wish), wish.zoning, useName(wish.use)].filter(Boolean).join(" · ");
}

/** @param {{min_m2?: number | null, max_m2?: number | null}} wish */
export function size({ min_m2: least, max_m2: most }) {
    if (least && most) return t("match.between", { least: number(least), most: number(most) });
    if (least) return t("match.at_least", { value: number(least) });
    return most ? t("match.at_most", { value: number(most) }) : "";
}
