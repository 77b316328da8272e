/** The delivered file on the page: its upload, inspection, trial and load, and what has become of them. */

import { Problem } from "../shared/api.js";
import { t } from "../shared/catalogue.js";
import { number } from "../shared/format.js";
import { Draft } from "./draft.js";
import { BrokenOff, Refused, upload, work } from "./requests.js";
import { megabytes } from "./words.js";

/** @typedef {"upload" | "inspect" | "try" | "load"} Kind */
/** @typedef {{kind: Kind, done: number, total: number | null, text: string, abort: AbortController}} Task */
/** @typedef {{at: "file" | "content" | "outcome", title: string, text: string}} Failure */

/** Where on the page the user is told that a task has failed. @type {Record<Kind, Failure["at"]>} */
const PLACES = { upload: "file", inspect: "content", try: "outcome", load: "outcome" };

export class Delivery {
    /** @type {{id: string, name: string, size: number} | null} */
    file = null;
    draft = new Draft();
    /** What is being done. @type {Task | null} */
    task = null;
    /** @type {Failure | null} */
    failure = null;
    /** The outcome of the last trial, and the request that had it. @type {{request: string, outcome: import("./types.js").Outcome} | null} */
    tried = null;
    /** The outcome of the load. @type {import("./types.js").Outcome | null} */
    loaded = null;
    /** Whether what is open has been asked for in vain, so that it is marked. */
    isAsked = false;
    /** The latest load in the log when this one began: the log may be fetched again before it is known to be lost. */
    #before = 0;

    /** @param {import("./page.js").LoadPage} page */
    constructor(page) {
        this.page = page;
    }

    /** Whether leaving the page would end something that the user is waiting for. */
    get isWriting() {
        return this.task?.kind === "upload" || this.task?.kind === "load";
    }

    /** Whether the last trial was of what is decided now. */
    get isTried() {
        return this.tried?.request === JSON.stringify(this.draft.request);
    }

    /**
     * Upload a file, and look at it.
     * @param {File[]} files that were chosen or dropped
     */
    async choose(files) {
        const [file] = files;
        if (!file || this.task) return;
        const { largest } = this.page.settings;
        this.failure = null;
        if (files.length > 1) return this.#refuse("file", t("load.one_file"), t("load.one_file_hint"));
        if (!file.size) return this.#refuse("file", t("load.empty_file", { name: file.name }), t("load.empty_file_hint"));
        if (file.size > largest) {
            const sizes = { name: file.name, size: megabytes(file.size), largest: megabytes(largest) };
            return this.#refuse("file", t("load.too_large", sizes), t("load.too_large_hint"));
        }
        this.#forget();
        const kept = await this.#run("upload", (tell, signal) => upload(this.page.api, file, tell, signal));
        if (!kept) return;
        history.pushState(null, "", `#${kept.id}`);
        this.file = { id: kept.id, name: kept.file_name, size: kept.size };
        await this.inspect();
    }

    /** Show the file that the address names, after the page was loaded or the user went back. */
    async follow() {
        const id = location.hash.slice(1);
        if (id === (this.file?.id ?? "")) return;
        if (this.task) {
            // What is running is not left by going back: the way to end it is its button.
            history.pushState(null, "", `#${this.file?.id ?? ""}`);
            return this.page.notices.show({ text: t("load.still_running") });
        }
        this.#forget();
        const known = id && sessionStorage.getItem(`delivery.${id}`);
        if (known) {
            const { file, draft } = JSON.parse(known);
            this.file = file;
            this.draft.restore(draft);
            await this.inspect();
        }
        this.page.update();
    }

    /** Let the user choose another file. The one uploaded is removed. */
    another() {
        const { file, page } = this;
        if (file) void page.api.send("DELETE", `/api/deliveries/${file.id}`).catch(() => {});
        if (file) sessionStorage.removeItem(`delivery.${file.id}`);
        history.pushState(null, "", location.pathname + location.search);
        this.#forget();
        page.update();
        page.focus("#file-title");
    }

    /**
     * Look at the file, as a layer or as the one that it resembles.
     * @param {string} [layer]
     * @returns {Promise<void>}
     */
    async inspect(layer = this.draft.layer) {
        const { draft, page } = this;
        if (layer !== draft.layer) page.typed.clear();
        const isSame = Boolean(draft.inspection) && layer === draft.layer;
        const { columns, ignore, codes, constants, ...reading } = draft.mapping;
        // Columns of another reading may not exist in this one, and the service would refuse them.
        const mapping = isSame && !draft.isStale ? draft.mapping : reading;
        const body = { mapping, ...(layer ? { layer } : {}) };
        const found = await this.#run("inspect", (tell, signal) =>
            work(page.api, `/api/deliveries/${this.file?.id}/inspection`, body, tell, signal),
        );
        if (!found) return;
        const best = found.layers.find((/** @type {{layer: string}} */ one) => page.layers.has(one.layer));
        draft.look(found);
        // A token may not include the layer that the file resembles most.
        if (found.layer && !page.layers.has(found.layer) && best) return this.inspect(best.layer);
        this.changed();
        page.focus("#content-title");
    }

    /** Try the load, or load what has been tried. @param {"try" | "load"} kind */
    async load(kind) {
        const { draft, page } = this;
        if (this.task || (kind === "load" && !this.isTried)) return;
        this.isAsked = true;
        const unread = ["reading-header_row", "valid-from"].find((id) => !page.typed.areRead(id));
        if (unread) return page.focus(`#${unread}`);
        if (draft.open.length || !draft.source.trim()) {
            page.update();
            return page.focus(draft.open.length ? ".open-column select" : "#source");
        }
        this.#before = page.log.latest;
        const { request } = draft;
        const body = { ...request, dry_run: kind === "try" };
        const path = `/api/deliveries/${this.file?.id}/load`;
        const outcome = await this.#run(kind, (tell, signal) => work(page.api, path, body, tell, signal));
        if (!outcome) return;
        if (kind === "try" || !outcome.ok) this.tried = { request: JSON.stringify(request), outcome };
        else this.loaded = outcome;
        if (kind === "load") await page.log.fetch().catch(() => {});
        page.update();
        page.focus("#result");
    }

    /** Remember what was decided, and show it. */
    changed() {
        const { file, draft } = this;
        if (file) sessionStorage.setItem(`delivery.${file.id}`, JSON.stringify({ file, draft: draft.kept }));
        this.page.update();
    }

    /**
     * Do one thing at a time. Returns nothing if it failed, which is told then.
     * @template T
     * @param {Kind} kind
     * @param {(tell: import("./requests.js").OnProgress, signal: AbortSignal) => Promise<T>} run
     * @returns {Promise<T | undefined>}
     */
    async #run(kind, run) {
        if (this.task) return undefined;
        const abort = new AbortController();
        const task = { kind, done: 0, total: null, text: "", abort };
        this.task = task;
        this.failure = null;
        if (kind !== "upload") this.loaded = null;
        this.page.update();
        try {
            return await run((done, total, text = "") => {
                Object.assign(task, { done, total, text });
                this.page.update();
            }, abort.signal);
        } catch (error) {
            this.task = null;
            await this.#tell(kind, error, abort.signal.aborted);
            return undefined;
        } finally {
            this.task = null;
            this.page.update();
        }
    }

    /**
     * Tell why a task has failed, and whether anything was written.
     * @param {Kind} kind
     * @param {unknown} error
     * @param {boolean} isAborted by the user: an answer that was ended here breaks off like any other
     */
    async #tell(kind, error, isAborted) {
        const at = PLACES[kind];
        const isLost = error instanceof BrokenOff || (error instanceof Problem && error.status === 0);
        if (kind === "load" && (isAborted || isLost)) return this.#tellByLog(isAborted);
        if (isAborted) return this.#refuse(at, t("load.aborted"), t(`load.aborted_${kind}`));
        if (isLost) return this.#refuse(at, t("load.lost"), t(`load.lost_${kind}`));
        if (error instanceof Refused) return this.#refuse(at, error.message, error.hint);
        if (!(error instanceof Problem)) throw error;
        if (error.status === 401) return this.#refuse(at, t("load.session_over"), t("load.session_over_hint"));
        this.#refuse(at, error.message, kind === "load" ? t("load.nothing_written") : "");
    }

    /**
     * Tell by the log whether a load whose answer did not arrive has written anything.
     * @param {boolean} isAborted by the user
     */
    async #tellByLog(isAborted) {
        const { draft, file, page } = this;
        const isKnown = await page.log.fetch().then(() => true, () => false);
        const found = page.log.loads?.find(
            ({ id, layer, file_name, recorded_by }) =>
                id > this.#before && layer === draft.layer && file_name === file?.name && recorded_by === page.session.name,
        );
        const title = t(isAborted ? "load.aborted" : "load.lost");
        const unfound = isKnown ? t(isAborted ? "load.aborted_load" : "load.lost_load") : t("load.lost_unknown");
        const text = found ? t("load.lost_but_loaded", { number: number(found.id) }) : unfound;
        this.#refuse("outcome", title, text);
    }

    /**
     * @param {Failure["at"]} at
     * @param {string} title
     * @param {string} text
     */
    #refuse(at, title, text) {
        this.failure = { at, title, text };
        this.page.update();
        this.page.focus(".failure");
    }

    #forget() {
        this.page.typed.clear();
        Object.assign(this, { file: null, draft: new Draft(), failure: null, tried: null, loaded: null, isAsked: false });
    }
}
