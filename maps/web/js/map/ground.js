/** What lies beneath the city's layers on the map: a map service's pictures, or the layers of a style. */

/**
 * A background as the service describes it: the `source` of its pictures, or the address of a `style`.
 * @typedef {{key: string, title: string, attribution: string, is_default: boolean, source?: any, style?: string}} Background
 */

/** How the ids of its sources and layers begin, so that they differ from those of the city's layers. */
const PREFIX = "ground|";

/** Whether a source of the map belongs to a background. @param {string | undefined} source */
export const isGround = (source) => source?.startsWith(PREFIX) ?? false;

export class Ground {
    /** Counts the changes: a style that arrives after another choice is dropped. */
    #turn = 0;

    /** @param {import("../lib/maplibre.js").Map} map whose style is loaded */
    constructor(map) {
        this.map = map;
        const own = map.getStyle().layers;
        /** The layers that hide what is beneath them, with how opaque they are on a background. */
        this.covers = own.flatMap(({ id, metadata }) => {
            const over = /** @type {any} */ (metadata)?.over_background;
            return over === undefined ? [] : [{ id, over, alone: map.getPaintProperty(id, "fill-opacity") }];
        });
        this.first = own.find(({ type }) => type !== "background")?.id;
    }

    /**
     * Show a background in the place of any other, or none. Throws if its style cannot be fetched.
     * @param {Background | null} background
     */
    async show(background) {
        const turn = ++this.#turn;
        this.#remove();
        const style = background?.style ? await styleAt(background.style) : background && pictures(background.source);
        if (turn !== this.#turn) return;
        if (style) this.#add(style);
        for (const { id, over, alone } of this.covers) this.map.setPaintProperty(id, "fill-opacity", style ? over : alone);
    }

    /** @param {any} style */
    #add({ sources, layers, sprite }) {
        if (sprite) this.map.setSprite(sprite);
        for (const [id, source] of Object.entries(sources)) this.map.addSource(PREFIX + id, source);
        for (const layer of layers) {
            const added = { ...layer, id: PREFIX + layer.id, ...(layer.source ? { source: PREFIX + layer.source } : {}) };
            this.map.addLayer(added, this.first);
        }
    }

    #remove() {
        const { layers, sources, sprite } = this.map.getStyle();
        for (const { id } of layers) if (isGround(id)) this.map.removeLayer(id);
        for (const id of Object.keys(sources)) if (isGround(id)) this.map.removeSource(id);
        if (sprite) this.map.setSprite(null);
        for (const { id, alone } of this.covers) this.map.setPaintProperty(id, "fill-opacity", alone);
    }
}

/** @param {any} source */
const pictures = (source) => ({ sources: { pictures: source }, layers: [{ id: "pictures", type: "raster", source: "pictures" }] });

/**
 * A style with absolute addresses. Its glyphs are left out: the reader's own fonts are used, as for the city's layers.
 * @param {string} address
 */
async function styleAt(address) {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const { sources, layers, sprite } = await response.json();
    const absolute = (/** @type {string} */ url) =>
        new URL(url, address).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
    for (const source of Object.values(/** @type {Record<string, any>} */ (sources))) {
        if (typeof source.url === "string") source.url = absolute(source.url);
        if (source.tiles) source.tiles = source.tiles.map(absolute);
    }
    return { sources, layers, sprite: typeof sprite === "string" ? absolute(sprite) : sprite };
}
