/** The map's scale as a number, beside its scale bar: 1:25.000, as on a screen of 96 dots per inch. */

import { t } from "../shared/catalogue.js";
import { number } from "../shared/format.js";
import { scaleOf } from "./paper_map.js";

/** A control of the map. */
export class ScaleSign {
    #sign = document.createElement("div");

    /** @param {import("../lib/maplibre.js").Map} map */
    onAdd(map) {
        this.#sign.className = "maplibregl-ctrl scale-sign";
        this.#sign.title = t("map.scale_hint");
        const tell = () => {
            const scale = scaleOf(map.getZoom(), map.getCenter().lat);
            this.#sign.textContent = t("map.scale", { scale: number(Number(scale.toPrecision(2))) });
        };
        map.on("move", tell);
        tell();
        return this.#sign;
    }

    onRemove() {
        this.#sign.remove();
    }
}
