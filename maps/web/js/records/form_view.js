/** The view of a form. */

import { t } from "../shared/catalogue.js";
import { nameOf } from "./edit_actions.js";
import { doubts } from "./doubts.js";
import { entry } from "./fields.js";
import { mapButton } from "../shared/covered_map.js";
import { quantity } from "../shared/format.js";
import { html, nothing } from "../lib/lit.js";

/** @typedef {import("./form.js").Form} Form */

/** @param {Form} form */
export function view(form) {
    return html`<div class="drawer form">
        <header>
            <h2 tabindex="-1">${nameOf(form.action)}${form.name ? html` <span class="of">${form.name}</span>` : nothing}</h2>
            ${mapButton()}
            <button type="button" class="icon" aria-label=${t("form.close")} @click=${() => void form.leave()}>×</button>
        </header>
        ${form.conflict ? nothing : form.news.view()} ${form.conflict?.view() ?? fields(form)}
    </div>`;
}

/** @param {Form} form */
function fields(form) {
    const submit = (/** @type {Event} */ event) => {
        event.preventDefault();
        void form.submit();
    };
    return html`<form novalidate @submit=${submit}>
        ${form.message ? html`<p class="said error" role="alert" tabindex="-1">${form.message}</p>` : nothing}
        ${form.action.parts ? extent(form) : nothing} ${form.place ? place(form) : nothing} ${form.outline ? outline(form) : nothing}
        ${Object.entries(form.action.groups).map(([group, names]) => fieldset(form, group, names))}
        <div class="doubts" role="status">${doubts(form).map((text) => html`<p class="hint">${text}</p>`)}</div>
        <div class="buttons foot">
            <button type="submit" class="primary" ?disabled=${form.isBusy}>${t("form.save")}</button>
            <button type="button" @click=${() => void form.leave()}>${t("cancel")}</button>
            ${form.action.isEdit && !form.action.isStep ? html`<button type="button" class="danger last" @click=${() => void form.remove()}>${t("delete.begin")}</button>` : nothing}
        </div>
    </form>`;
}

/** The choice between the whole plot and a part. @param {Form} form */
function extent(form) {
    const rest = quantity(form.plot?.properties["remaining_m2"], "m²");
    const choice = (/** @type {boolean} */ isPart, /** @type {string} */ label) =>
        html`<label class="check">
            <input type="radio" name="extent" .checked=${Boolean(form.cut) === isPart} @change=${() => form.setPart(isPart)} />
            <span>${label}</span>
        </label>`;
    return html`<fieldset>
        <legend>${t("form.extent")}</legend>
        ${choice(false, t("form.whole", { rest }))} ${choice(true, t("form.part"))}
        ${form.cut?.view(form.errors.get("geometry") ?? "") ?? nothing}
    </fieldset>`;
}

/** @param {Form} form */
function place(form) {
    return html`<fieldset>
        <legend>${t(`form.place_${form.action.id}`)}</legend>
        ${form.place?.view()}
        <p class="error" id="geometry-error" tabindex="-1">${form.errors.get("geometry") || nothing}</p>
    </fieldset>`;
}

/** @param {Form} form */
function outline(form) {
    const official = form.amount("official_area_m2");
    return html`<fieldset>
        <legend>${t("outline.title")}</legend>
        ${form.outline?.view(form.errors.get("geometry") ?? "", official)}
    </fieldset>`;
}

/**
 * A group of fields.
 * @param {import("./form_entries.js").Entries} form
 * @param {string} group
 * @param {string[]} names
 */
export function fieldset(form, group, names) {
    const known = names.filter((name) => form.properties.has(name));
    if (!known.length) return nothing;
    return html`<fieldset>
        <legend>${t(`form.group.${group}`)}</legend>
        ${known.map((name) => {
            const property = form.property(name);
            return entry({
                id: form.idOf(name),
                name,
                property,
                value: form.values.get(name) ?? "",
                error: form.errors.get(name) ?? "",
                meant: form.meant.get(name) ?? [],
                isRequired: property.isRequired || Boolean(form.action.required?.includes(name)),
                reference: form.references.get(name) ?? null,
                set: (value) => form.set(name, value),
                left: () => void form.leaveField(name),
                take: (text) => {
                    form.take(name, text);
                    form.draw();
                },
                beneath: form.beneath(name),
            });
        })}
    </fieldset>`;
}
