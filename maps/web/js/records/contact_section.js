/** The drawer's section of who answers for a record in the agency. */

import { t } from "../shared/catalogue.js";
import { FeatureCache } from "../shared/feature_cache.js";
import { html, nothing } from "../lib/lit.js";
import { seesInside } from "../shared/session.js";

/** @typedef {import("../page/app.js").App} App */

const found = new FeatureCache(({ properties }) => `/api/collections/contacts/items/${properties.contact_person}`, "contacts");

/** @type {import("../page/detail.js").Section} */
export const contact = {
    id: "contact_person",
    isFor: ({ session }, { properties }) => Boolean(properties.contact_person_name || (properties.contact_person && seesInside(session, "contacts"))),
    view(app, feature) {
        const { properties } = feature;
        if (!properties.contact_person || !seesInside(app.session, "contacts")) {
            const { contact_person_name: name, contact_person_function: title, contact_person_phone: phone, contact_person_email: email } = properties;
            return card({ name, job_title: title, phone, email });
        }
        return found.view(app, feature, (answer) => html`${card(answer.properties)}
            ${answer.properties.is_public ? nothing : html`<p class="hint">${t("contact_person.internal")}</p>`}`);
    },
};

/** @param {Record<string, any>} contact */
const card = ({ name, job_title: title, phone, email }) => html`<address class="contact">
    <strong>${name}</strong>${title ? html`<span>${title}</span>` : nothing}
    ${phone ? html`<a href=${`tel:${String(phone).replace(/[^+0-9]/g, "")}`}>${phone}</a>` : nothing}
    ${email ? html`<a href=${`mailto:${email}`}>${email}</a>` : nothing}
</address>`;
