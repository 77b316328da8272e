/** Downloads of files: fetched by the page, so that it can show progress and errors. */

import { t } from "../shared/catalogue.js";
import { html } from "../lib/lit.js";
import { Problem } from "../shared/api.js";

/** A page that offers files. @typedef {Pick<import("../page/app.js").App, "api" | "notices" | "update">} App */

const FILE_NAME = /filename="([^"]+)"/;
/** The name with letters that are not in ASCII. */
const WHOLE_NAME = /filename\*=UTF-8''(\S+)/;
const KEPT_MS = 60_000;

/** The paths being fetched. @type {Set<string>} */
const busy = new Set();

/**
 * A button that downloads a file.
 * @param {App} app
 * @param {string} label
 * @param {string} path
 * @param {{isOff?: boolean, title?: string, isMeant?: () => Promise<boolean>}} [more] `isMeant` asks before
 */
export function fileButton(app, label, path, { isOff = false, title = "", isMeant = async () => true } = {}) {
    const isBusy = busy.has(path);
    const begin = async () => (await isMeant()) && download(app, path);
    return html`<button type="button" class="file" ?disabled=${isOff} aria-busy=${isBusy} title=${title} @click=${() => void begin()}>
        ${isBusy ? t("handout.busy") : label}
    </button>`;
}

/**
 * Fetch a file and save it.
 * @param {App} app
 * @param {string} path
 */
async function download(app, path) {
    if (busy.has(path)) return;
    busy.add(path);
    app.update();
    try {
        const response = await fetchFile(app, path);
        const given = response.headers.get("Content-Disposition") ?? "";
        const whole = WHOLE_NAME.exec(given)?.[1];
        const name = whole ? decodeURIComponent(whole) : (FILE_NAME.exec(given)?.[1] ?? "flurwerk");
        save(await response.blob(), name);
        app.notices.show({ text: t("handout.done", { name }) });
    } catch (error) {
        app.notices.fail(error);
    } finally {
        busy.delete(path);
        app.update();
    }
}

/**
 * @param {App} app
 * @param {string} path
 */
async function fetchFile(app, path) {
    const headers = { Accept: "*/*" };
    try {
        return await app.api.request("GET", path, { headers });
    } catch (error) {
        // The column by which the reader has sorted may not be public.
        const isOrder = error instanceof Problem && error.errors.some(({ parameter }) => parameter === "sortby");
        if (!isOrder) throw error;
        return app.api.request("GET", path.replace(/&sortby=[^&]*/, ""), { headers });
    }
}

/**
 * @param {Blob} content
 * @param {string} name
 */
function save(content, name) {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(content), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
