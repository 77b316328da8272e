/** The page on which editors load files: choose, look, assign, try, load, and undo. */

import { Account } from "../shared/account.js";
import { Api, Problem } from "../shared/api.js";
import { load, t } from "../shared/catalogue.js";
import { render } from "../lib/lit.js";
import { Notices } from "../shared/notices.js";
import { frame } from "../shared/page_frame.js";
import { fetchSession, mayEdit, NOBODY } from "../shared/session.js";
import { RETRY_MS, untilReady } from "../shared/retry.js";
import { TypedInputs } from "../shared/typed_inputs.js";
import { Delivery } from "./delivery.js";
import { LoadLog } from "./load_log.js";
import { denied, failed, loading, view } from "./view.js";

/** @typedef {{language: "de" | "en", largest: number, units: Record<string, import("../shared/catalogue.js").Unit>, facts: Record<string, string>}} Settings */

/**
 * Start the page.
 * @param {HTMLElement} root
 */
export async function start(root) {
    const { assets = "", config = "{}" } = document.body.dataset;
    const settings = JSON.parse(config);
    await load(assets, settings);
    const page = new LoadPage(root, settings);
    // Made global for the browser's console and the tests.
    Object.assign(globalThis, { page });
    await page.begin();
}

export class LoadPage {
    /** @type {import("../shared/session.js").Session} */
    session = NOBODY;
    /** The titles of the layers that the user edits, by their keys. @type {Map<string, string>} */
    layers = new Map();
    /** The error that prevented the start. @type {unknown} */
    problem = null;
    #isReady = false;
    #isAway = false;

    /**
     * @param {HTMLElement} root
     * @param {Settings} settings
     */
    constructor(root, settings) {
        this.settings = settings;
        this.places = frame(root, "load");
        this.notices = new Notices(this.places.notices);
        this.api = new Api(settings.language, (isThere) => this.#answered(isThere));
        this.account = new Account(this);
        this.log = new LoadLog(this);
        this.typed = new TypedInputs(() => this.update());
        this.delivery = new Delivery(this);
        addEventListener("beforeunload", (event) => {
            if (this.delivery.isWriting) event.preventDefault();
        });
        addEventListener("popstate", () => void this.delivery.follow());
    }

    get mayLoad() {
        return mayEdit(this.session);
    }

    /** Fetch the session and the log, and retry while the service is unavailable. */
    async begin() {
        this.update();
        try {
            this.account.show(await fetchSession(this.api));
            if (this.mayLoad) await Promise.all([this.#fetchLayers(), this.log.fetch()]);
            this.problem = null;
        } catch (error) {
            if (error instanceof Problem && error.isTemporary) setTimeout(() => void this.begin(), RETRY_MS);
            this.problem = error;
        }
        this.#isReady = true;
        this.update();
        if (this.mayLoad && !this.problem) await this.delivery.follow();
        document.documentElement.dataset["ready"] = "true";
    }

    async #fetchLayers() {
        const { layers } = this.session;
        const { collections } = await this.api.get(`/api/collections?lang=${this.api.language}`);
        const edited = collections.filter((/** @type {{id: string}} */ { id }) => !layers || layers.includes(id));
        this.layers = new Map(edited.map((/** @type {{id: string, title: string}} */ { id, title }) => [id, title]));
    }

    update() {
        render(this.#view(), this.places.main);
    }

    #view() {
        if (this.problem) return failed(this, this.problem);
        if (!this.#isReady) return loading();
        return this.mayLoad ? view(this) : denied(this);
    }

    /**
     * Move the focus to what has appeared, so that it is read out next.
     * @param {string} selector
     */
    focus(selector) {
        const found = /** @type {HTMLElement | null} */ (this.places.main.querySelector(selector));
        found?.focus({ preventScroll: true });
        found?.scrollIntoView({ block: "nearest" });
    }

    /**
     * A layer's title.
     * @param {string} key
     */
    title(key) {
        return this.layers.get(key) ?? key;
    }

    /** @param {boolean} isThere */
    #answered(isThere) {
        this.notices.away(!isThere);
        if (!isThere && !this.#isAway) void this.#waitForService();
    }

    /** Hide the notice once the service is ready again, and look whether the log has got longer meanwhile. */
    async #waitForService() {
        this.#isAway = true;
        await untilReady(true);
        this.#isAway = false;
        this.notices.away(false);
        this.notices.show({ text: t("away.back") });
        if (this.mayLoad) await this.log.fetch().catch(() => {});
        this.update();
    }
}
