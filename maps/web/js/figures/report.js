/** The report's page, put together: what is read, for whom, and what is shown when there is nothing to read. */

import { Account } from "../shared/account.js";
import { Api, Problem } from "../shared/api.js";
import { load, t } from "../shared/catalogue.js";
import { Charts } from "./indicator_chart.js";
import { render } from "../lib/lit.js";
import { Notices } from "../shared/notices.js";
import { inWords } from "../shared/periods.js";
import { Editing } from "./report_editing.js";
import { frame } from "./report_frame.js";
import { overview } from "./report_overview.js";
import { Maps } from "./report_maps.js";
import { trendsOf } from "./report_parts.js";
import { denied, failed, loading, unknown, view } from "./report_view.js";
import { current, isInternal, NOBODY } from "../shared/session.js";
import { RETRY_MS, untilReady } from "../shared/retry.js";

/** @typedef {import("./report_types.js").Report} Report */
/** @typedef {{language: "de" | "en", period: string | null, wrong: string | null, release: string | null, isDraft: boolean, units: Record<string, import("../shared/catalogue.js").Unit>}} Settings */
/** @typedef {{period: string, first: string, last: string, state: "draft" | "release", number: number | null, published_at: string | null, published_by: string | null, hash: string | null, duties: import("./report_duties.js").Duty[]}} KnownPeriod */

/**
 * Put the page together.
 * @param {HTMLElement} root
 */
export async function start(root) {
    const { assets = "", config = "{}" } = document.body.dataset;
    const settings = JSON.parse(config);
    await load(assets, settings);
    const page = new ReportPage(root, settings);
    // For whoever looks into the page: in the browser's console, and in the tests.
    Object.assign(globalThis, { page });
    await page.begin();
}

export class ReportPage {
    /** @type {import("../shared/session.js").Session} */
    session = NOBODY;
    /** @type {Report | null} */
    report = null;
    /** The periods to choose from. @type {KnownPeriod[]} */
    periods = [];
    /** What falls due next. @type {{period: string, due_on: string} | null} */
    next = null;
    /** The period's releases, the latest first. @type {import("./report_releases.js").Release[]} */
    releases = [];
    /** What kept the report from being read. @type {unknown} */
    problem = null;
    /** What is opened by the reader: details whose contents are made when they are needed. @type {Set<string>} */
    opened = new Set();
    /** Whether the service has answered. */
    #isReady = false;
    #isAway = false;

    /**
     * @param {HTMLElement} root
     * @param {Settings} settings
     */
    constructor(root, settings) {
        this.settings = settings;
        this.places = frame(root, settings);
        this.notices = new Notices(this.places.notices);
        this.api = new Api(settings.language, (isThere) => this.#answered(isThere));
        this.account = new Account(this);
        this.editing = new Editing(this);
        this.charts = new Charts(this.places.main);
        this.maps = new Maps(this);
    }

    /** Whether the reader may see a report at all; whether all of it, the service decides. */
    get mayRead() {
        return isInternal(this.session);
    }

    /** Fetch what the page begins with; where the service does not answer, again until it does. */
    async begin() {
        this.update();
        try {
            this.account.show(await current(this.api));
            if (this.mayRead && this.settings.wrong === null) await this.#fetch();
        } catch (error) {
            if (error instanceof Problem && error.isPassing) setTimeout(() => void this.begin(), RETRY_MS);
            this.problem = error;
        }
        this.#isReady = true;
        this.update();
        document.documentElement.dataset["ready"] = "true";
        this.#goToAnchor();
    }

    async #fetch() {
        const { period } = this.settings;
        const [{ periods, next }, report, { releases }] = await Promise.all([
            this.api.get(`/api/reports?lang=${this.api.language}`),
            period ? this.api.get(this.path) : null,
            period ? this.api.get(`/api/reports/${period}/releases`) : { releases: [] },
        ]);
        this.periods = periods;
        this.next = next;
        this.report = report;
        this.releases = releases;
        this.problem = null;
        if (report) await this.editing.prepare();
    }

    /** Fetch the report anew: something of it was changed. */
    async reload() {
        this.report = await this.api.get(this.path);
        this.update();
    }

    /** The address of the report that is shown. */
    get path() {
        return this.pathOf("", {});
    }

    /**
     * The address of what belongs to the report that is shown.
     * @param {string} part
     * @param {Record<string, string>} parameters
     */
    pathOf(part, parameters) {
        const { period, release, isDraft } = this.settings;
        const query = new URLSearchParams({ ...parameters, ...(release ? { release } : isDraft ? { draft: "true" } : {}) });
        return `/api/reports/${period}${part}${query.size ? `?${query}` : ""}`;
    }

    update() {
        this.places.main.classList.toggle("overview", !this.settings.period);
        render(this.#view(), this.places.main);
        if (!this.report) return;
        this.maps.watch();
        void this.charts.draw(trendsOf(this.report)).catch((error) => this.notices.fail(error));
    }

    #view() {
        const { period, wrong } = this.settings;
        if (wrong !== null) return unknown(this, t("report.unknown", { period: wrong }));
        if (this.problem) return failed(this, this.problem);
        if (!this.#isReady) return loading();
        if (!this.mayRead) return denied(this);
        if (!period) return overview(this);
        return this.report ? view(this, this.report) : loading();
    }

    /** What the page is called. */
    get title() {
        return t("report.title", { period: inWords(this.settings.period ?? "") });
    }

    /** @param {boolean} isThere */
    #answered(isThere) {
        this.notices.away(!isThere);
        if (!isThere && !this.#isAway) void this.#waitForService();
    }

    /** Say that the service is away until it is back: what was refused may only have been too much at once. */
    async #waitForService() {
        this.#isAway = true;
        await untilReady();
        this.#isAway = false;
        this.notices.away(false);
    }

    /** Elements to which an address leads are there only now. */
    #goToAnchor() {
        const id = decodeURIComponent(location.hash.slice(1));
        if (!id) return;
        if (id.startsWith("figure-")) this.open(id);
        document.getElementById(id)?.scrollIntoView();
    }

    /**
     * Open a figure's details.
     * @param {string} id
     */
    open(id) {
        this.opened.add(id);
        this.update();
        const found = document.getElementById(id);
        found?.scrollIntoView({ block: "start" });
        /** @type {HTMLElement | null | undefined} */ (found?.querySelector("summary"))?.focus({ preventScroll: true });
    }
}
