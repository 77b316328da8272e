/** Loads the modules for forms when the first form is opened, since most readers never open one. */

/**
 * Open a form beside the map, replacing any other.
 * @param {import("../page/app.js").App} app
 * @param {import("./edit_actions.js").EditAction} action
 * @param {import("../land/plots.js").Plot | null} plot the plot concerned, or the record to edit if it belongs to another layer
 */
export async function openForm(app, action, plot) {
    try {
        const { open } = await import("./current_form.js");
        await open(app, action, plot);
    } catch (error) {
        app.notices.fail(error);
    }
}
