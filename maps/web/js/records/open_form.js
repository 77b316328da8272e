/** Forms; what they are made of is fetched when the first one is opened: most readers never open any. */

/**
 * Open a form beside the map, in the place of any other.
 * @param {import("../page/app.js").App} app
 * @param {import("./edit_actions.js").Deed} deed
 * @param {import("../land/plots.js").Plot | null} plot that it is about; where it changes a record of another layer, that record
 */
export async function openForm(app, deed, plot) {
    try {
        const { open } = await import("./current_form.js");
        await open(app, deed, plot);
    } catch (error) {
        app.notices.fail(error);
    }
}
