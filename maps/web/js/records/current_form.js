/** The currently open form, one at a time; the reader is asked before unsaved entries are discarded. */

import { Form } from "./form.js";

/** @typedef {import("../page/app.js").App} App */

/** @type {Form | null} */
let last = null;

const current = () => (last?.isClosed ? null : last);

/**
 * Open a form, replacing any other.
 * @param {App} app
 * @param {import("./edit_actions.js").EditAction} action
 * @param {import("../land/plots.js").Plot | null} plot the plot concerned, or the record to edit if it belongs to another layer
 */
export async function open(app, action, plot) {
    if ((await current()?.leave()) === false) return;
    const form = new Form(app, action, plot);
    last = form;
    app.form = form;
    app.store.guard = guard;
    try {
        await form.open();
    } catch (error) {
        form.close();
        app.notices.fail(error);
    }
}

/** Whether forms cover the panel, as they do on narrow screens. */
const coversPanel = () => matchMedia("(width < 1200px)").matches;

/**
 * Close the form before the selection changes, or the panel that it covers; delay the change while there are unsaved
 * entries.
 * @param {ReadonlySet<string>} changed
 * @param {() => void} go
 */
function guard(changed, go) {
    const form = current();
    const isLeaving = changed.has("selected") || (changed.has("panel") && coversPanel());
    if (!form || !isLeaving) return false;
    if (form.isChanged) {
        void form.leave({ back: false }).then((isLeft) => isLeft && go());
        return true;
    }
    form.close({ back: false });
    return false;
}

// When the reader leaves the page, the browser itself asks.
addEventListener("beforeunload", (event) => {
    if (current()?.isChanged) event.preventDefault();
});
