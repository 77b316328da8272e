/** Error messages in the reader's language, since the service's messages about requests are in English. */

import { Problem } from "./api.js";
import { t } from "./catalogue.js";

/** The keys of the page's labels for request parameters. @type {Record<string, string>} */
const LABELS = {
    min_m2: "match.min_m2_label",
    max_m2: "match.max_m2_label",
    use: "match.use",
    zoning: "match.zoning",
    divisible: "match.divisible",
    fibre_required: "match.fibre_required",
    access: "match.access",
    districts: "match.districts",
    geometry: "match.place",
    near_m: "match.near_m",
    tenure: "match.tenure",
    budget_eur_m2: "match.budget_eur_m2",
    needed_by: "match.needed_by",
    weights: "match.weights",
    hard: "match.weights",
    inquiryId: "match.inquiry",
};

/**
 * The reason why a request failed, and what the reader can do.
 * @param {unknown} error
 * @returns {string}
 */
export function refusal(error) {
    if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
    if (error.isTemporary) return t("refused.passing");
    const names = error.errors.map(({ parameter = "" }) => LABELS[parameter.split(".")[0] ?? ""]).filter((name) => name !== undefined);
    if (error.status === 400 && names.length) return t("refused.values", { names: [...new Set(names)].map((name) => t(name)).join(", ") });
    if (error.status === 403) return t("refused.forbidden");
    if (error.status === 404) return t("refused.gone");
    return t("refused.other", { status: error.status });
}
