/** The drawer's section of a record's photos and documents. */

import { t } from "../shared/catalogue.js";
import { html, nothing, repeat } from "../lib/lit.js";
import { number } from "../shared/format.js";
import { isInternal, mayEditLayer } from "../shared/session.js";
import { announceChange, ownDeletion, show, versionAt } from "./changes.js";
import { belongingsIn, columnOf, kindOf, plotOf } from "./belongings.js";
import { uploader } from "./attachment_uploads.js";
import { openForm } from "./open_form.js";
import { openPhoto } from "./photo_viewer.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {{id: number, properties: Record<string, any>}} Attachment */

const LAYER = "attachments";
const BATCH = "/api/changes/batch";

const found = belongingsIn(LAYER);

/**
 * Where the section of the selected record is: above its facts, or, if it had no files when it was opened, at the end, where
 * editors can add some. It stays there while the record is open, so that nothing moves below their hands.
 * @type {{of: string, isAtEnd: boolean | null}}
 */
const place = { of: "", isAtEnd: null };

/** @param {App} app @param {any} feature @returns {boolean | null} null while it is not known */
function isAtEnd(app, feature) {
    const of = app.store.get("selected");
    if (place.of !== of) Object.assign(place, { of, isAtEnd: null });
    const { answer } = found.of(app, feature);
    if (answer) place.isAtEnd ??= answer.features.length === 0;
    return place.isAtEnd;
}

/** @param {App} app */
const mayHaveAny = (app) => columnOf(app) !== "" && (isInternal(app.session) || kindOf(app) === "plots");

/** @param {App} app @param {any} feature */
const view = (app, feature) => found.view(app, feature, (answer) => all(app, feature, answer.features));

/** Above the facts. @type {import("../page/detail.js").Section} */
export const attachments = {
    id: "attachments",
    isFor: (app, feature) => {
        if (!mayHaveAny(app)) return false;
        const { answer, error } = found.of(app, feature);
        // That files cannot be fetched is said here. Readers have no section of nothing.
        if (isAtEnd(app, feature) === null) return error !== undefined;
        return !isAtEnd(app, feature) && (mayEdit(app) || answer?.features.length !== 0);
    },
    view,
};

/** At the end. @type {import("../page/detail.js").Section} */
export const addAttachments = {
    id: "attachments",
    isFor: (app, feature) => mayHaveAny(app) && isAtEnd(app, feature) === true && (mayEdit(app) || Boolean(found.of(app, feature).answer?.features.length)),
    view,
};

/** @param {App} app */
const mayEdit = (app) => mayEditLayer(app.session, LAYER) && mayEditLayer(app.session, kindOf(app));

/** @param {Attachment} one */
const isPhoto = ({ properties }) => String(properties["media_type"]).startsWith("image/");

/**
 * @param {App} app
 * @param {any} feature
 * @param {Attachment[]} features
 */
function all(app, feature, features) {
    const inOrder = [...features].sort((one, other) => one.properties["position"] - other.properties["position"] || one.id - other.id);
    const [photos, documents] = [inOrder.filter(isPhoto), inOrder.filter((one) => !isPhoto(one))];
    const list = html`${inOrder.length || place.isAtEnd ? nothing : html`<p class="hint">${t("attachments.none")}</p>`}
        ${photos.length ? html`<ul class="gallery">${repeat(photos, ({ id }) => id, (one, index) => photo(app, feature, photos, one, index))}</ul>` : nothing}
        ${documents.length ? html`<ul class="plain documents">${repeat(documents, ({ id }) => id, (one) => pdf(app, feature, one))}</ul>` : nothing}`;
    return mayEdit(app) ? uploader(app, feature, list, inOrder.length === 0) : list;
}

/** Where an attachment's bytes are. @param {Attachment} one @param {string} [rendition] */
export const contentOf = ({ id }, rendition = "full") => `/api/attachments/${id}/content?rendition=${rendition}`;

/**
 * What a photo shows, for those who do not see it.
 * @param {Attachment} one
 * @param {number} index among the photos
 * @param {number} count of them
 */
export const textOf = ({ properties }, index, count) => properties["caption"] || t("attachments.photo", { number: index + 1, count });

/**
 * @param {App} app
 * @param {any} feature
 * @param {Attachment[]} photos
 * @param {Attachment} one
 * @param {number} index
 */
function photo(app, feature, photos, one, index) {
    const text = textOf(one, index, photos.length);
    const { width_px: width, height_px: height, caption } = one.properties;
    return html`<li data-attachment=${one.id}>
        <button type="button" class="photo" aria-label=${t("attachments.enlarge", { text })} @click=${() => openPhoto(app, photos, index)}>
            <img src=${contentOf(one, "small")} alt="" loading="lazy" width=${width} height=${height} @error=${showMissing} @load=${showMissing} />
            <span class="hint" hidden>${t("attachments.not_loaded")}</span>
        </button>
        <p>${caption || nothing} ${index === 0 ? html`<span class="tag">${t("attachments.title_photo")}</span>` : nothing} ${audience(app, one)}</p>
        ${mayEdit(app) ? tools(app, feature, photos, one, index, text) : nothing}
    </li>`;
}

/** Say so where a photo cannot be loaded, as long as its bytes are not to be had. @param {Event} event */
export function showMissing({ type, target }) {
    const shown = /** @type {HTMLImageElement} */ (target);
    shown.hidden = type === "error";
    /** @type {HTMLElement} */ (shown.nextElementSibling).hidden = !shown.hidden;
}

/** Who sees it, for those who see both. @param {App} app @param {Attachment} one */
const audience = (app, { properties: { is_public: isPublic } }) =>
    isInternal(app.session) && kindOf(app) === "plots"
        ? html`<span class="tag ${isPublic ? "public" : "internal"}">${t(isPublic ? "attachments.public" : "attachments.internal")}</span>`
        : nothing;

/**
 * @param {App} app
 * @param {any} feature
 * @param {Attachment} one
 */
function pdf(app, feature, one) {
    const { caption, file_name: file, size_bytes: size } = one.properties;
    const text = caption || file || t("attachments.document");
    return html`<li data-attachment=${one.id}>
        <a href=${contentOf(one)} download>${text}</a> <span class="hint">${t("attachments.pdf", { size: number(Math.max(1, Math.round(size / 1000))) })}</span>
        ${audience(app, one)} ${mayEdit(app) ? html`<div class="deeds">${edit(app, feature, one, text)} ${removal(app, feature, one, text)}</div>` : nothing}
    </li>`;
}

/**
 * @param {App} app
 * @param {any} feature
 * @param {Attachment[]} photos
 * @param {Attachment} one
 * @param {number} index
 * @param {string} text
 */
function tools(app, feature, photos, one, index, text) {
    const move = (/** @type {number} */ to, /** @type {string} */ label, /** @type {string} */ sign) => html`<button
        type="button"
        class="icon"
        aria-label=${label}
        title=${label}
        ?disabled=${to < 0 || to >= photos.length}
        @click=${() => void reorder(app, feature, photos, index, to)}
    >${sign}</button>`;
    return html`<div class="deeds" role="group" aria-label=${text}>
        ${move(index - 1, t("attachments.earlier", { text }), "‹")} ${move(index + 1, t("attachments.later", { text }), "›")}
        ${index > 1 ? html`<button type="button" @click=${() => void reorder(app, feature, photos, index, 0)}>${t("attachments.make_title")}</button>` : nothing}
        ${edit(app, feature, one, text)} ${removal(app, feature, one, text)}
    </div>`;
}

/**
 * @param {App} app
 * @param {any} feature
 * @param {Attachment} one
 * @param {string} name
 */
const edit = (app, feature, one, name) => html`<button type="button" @click=${() => void openForm(app, captionOf(app, feature), record(one, name))}>${t("attachments.edit")}</button>`;

/** The action that edits what is said of an attachment. @param {App} app @param {any} feature @returns {import("./edit_actions.js").EditAction} */
const captionOf = (app, feature) => ({
    id: "caption",
    layer: LAYER,
    isEdit: true,
    isStep: true,
    about: plotOf(app, feature),
    groups: { attachment: kindOf(app) === "plots" ? ["caption", "is_public"] : ["caption"] },
});

/** @param {Attachment} one @param {string} name */
const record = ({ id }, name) => ({ id, type: /** @type {const} */ ("Feature"), geometry: null, properties: { name } });

/**
 * @param {App} app
 * @param {any} feature
 * @param {Attachment} one
 * @param {string} text
 */
const removal = (app, feature, one, text) =>
    html`<button type="button" aria-label=${t("attachments.delete_this", { text })} @click=${() => void remove(app, feature, one, text)}>${t("attachments.delete")}</button>`;

/**
 * Delete an attachment; it can be undone, so nobody is asked.
 * @param {App} app
 * @param {any} feature
 * @param {Attachment} one
 * @param {string} text
 */
async function remove(app, feature, { id, properties }, text) {
    try {
        await app.api.send("DELETE", `/api/collections/${LAYER}/items/${id}`, undefined, { "If-Match": `"${versionAt(properties["recorded_from"])}."` });
        await announceChange(app, t("attachments.deleted", { text }), { layer: LAYER, id, version: await ownDeletion(app.api, LAYER, id) }, plotOf(app, feature));
    } catch (error) {
        await failed(app, feature, error);
    }
}

/**
 * Move a photo, and number all of them anew: all at once, or none.
 * @param {App} app
 * @param {any} feature
 * @param {Attachment[]} photos
 * @param {number} from
 * @param {number} to
 */
async function reorder(app, feature, photos, from, to) {
    const moved = photos.filter((_, index) => index !== from);
    moved.splice(to, 0, /** @type {Attachment} */ (photos[from]));
    const changes = moved.flatMap(({ id, properties }, index) =>
        properties["position"] === index + 1 ? [] : [{ layer: LAYER, id, version: versionAt(properties["recorded_from"]), properties: { position: index + 1 } }],
    );
    try {
        await app.api.send("POST", BATCH, { changes });
        await show(app, LAYER, plotOf(app, feature));
    } catch (error) {
        await failed(app, feature, error);
    }
}

/**
 * Say what went wrong, and show what there is now: somebody else may have changed it.
 * @param {App} app
 * @param {any} feature
 * @param {unknown} error
 */
async function failed(app, feature, error) {
    app.notices.fail(error);
    await show(app, LAYER, plotOf(app, feature)).catch(() => {});
}
