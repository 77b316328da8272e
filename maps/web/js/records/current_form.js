/** The form that is open, one at a time; what is typed into it is not lost without a question. */

import { Form } from "./form.js";

/** @typedef {import("../page/app.js").App} App */

/** @type {Form | null} */
let last = null;

const current = () => (last?.isClosed ? null : last);

/**
 * Open a form, in the place of any other.
 * @param {App} app
 * @param {import("./edit_actions.js").Deed} deed
 * @param {import("../land/plots.js").Plot | null} plot that it is about; where it changes a record of another layer, that record
 */
export async function open(app, deed, plot) {
    if ((await current()?.leave()) === false) return;
    const form = new Form(app, deed, plot);
    last = form;
    app.store.guard = guard;
    try {
        await form.open();
    } catch (error) {
        form.close();
        app.notices.fail(error);
    }
}

/** Where there is little room, a form stands in the panel's place. */
const isInPanelsPlace = () => matchMedia("(width < 1200px)").matches;

/**
 * What is selected, and the panel where the form stands in its place, change once the form may be left.
 * @param {ReadonlySet<string>} changed
 * @param {() => void} go
 */
function guard(changed, go) {
    const form = current();
    const isLeaving = changed.has("selected") || (changed.has("panel") && isInPanelsPlace());
    if (!form || !isLeaving) return false;
    if (form.isChanged) {
        void form.leave({ back: false }).then((isLeft) => isLeft && go());
        return true;
    }
    form.close({ back: false });
    return false;
}

// Leaving the page is asked about by the browser itself.
addEventListener("beforeunload", (event) => {
    if (current()?.isChanged) event.preventDefault();
});
