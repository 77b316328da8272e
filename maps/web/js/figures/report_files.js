/** The buttons that download the report as documents. */

import { t } from "../shared/catalogue.js";
import { fileButton } from "../land/download.js";
import { html } from "../lib/lit.js";

const FORMS = ["docx", "pdf", "xlsx", "csv", "html", "md", "json", "pictures"];

/** @param {import("./report.js").ReportPage} page */
export function files(page) {
    const path = (/** @type {string} */ form) => page.pathOf("/file", { f: form, lang: page.api.language });
    return html`<div class="files no-print" role="group" aria-label=${t("report.files")}>
        <span class="label" aria-hidden="true">${t("report.files")}</span>
        ${FORMS.map((form) => fileButton(page, t(`report.form.${form}`), path(form), { title: t(`report.form_title.${form}`) }))}
    </div>`;
}
