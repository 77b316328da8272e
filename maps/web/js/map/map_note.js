/** A note on the map about something that it cannot show now, with a button that helps. */

import { html, nothing, render } from "../lib/lit.js";

export class MapNote {
    #place = document.createElement("div");

    /** @param {import("../page/app.js").App} app */
    constructor(app) {
        this.#place.className = "map-note-place";
        this.#place.setAttribute("role", "status");
        app.places.map.parentElement?.append(this.#place);
    }

    /**
     * Show a note, or none.
     * @param {{text: string, label: string, run: () => void} | null} note
     */
    show(note) {
        render(
            note
                ? html`<p class="map-note"><span>${note.text}</span> <button type="button" @click=${note.run}>${note.label}</button></p>`
                : nothing,
            this.#place,
        );
    }

    remove() {
        this.#place.remove();
    }
}
