/** What lies beneath the city's layers on the map: a map service's pictures, or the layers of a style. */

/**
 * A background as the service describes it: the `source` of its pictures, or the address of a `style`.
 * @typedef {{key: string, title: string, attribution: string, is_default: boolean, source?: any, style?: string}} Background
 */

/** How the ids of its sources and layers begin, so that they differ from those of the city's layers. */
export const GROUND = "ground|";

/** Likewise of overlays, before their key. */
export const OVERLAY = "overlay|";

/** Whether a source of the map belongs to a background. @param {string | undefined} source */
export const isGround = (source) => source?.startsWith(GROUND) ?? false;

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
            return over === undefined || !id.endsWith(":fill") ? [] : [{ id, over, alone: map.getPaintProperty(id, "fill-opacity") }];
        });
        this.first = own.find(({ type }) => type !== "background")?.id;
        const isGroundOf = (/** @type {any} */ { metadata }) => metadata?.over_background !== undefined;
        /** The lowest of the city's layers that is not ground: overlays lie beneath it. */
        this.firstAbove = own[own.findLastIndex(isGroundOf) + 1]?.id;
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

    /**
     * Show these overlays, the topmost first, and no others.
     * @param {{key: string, source: any, opacity: number}[]} overlays
     */
    lay(overlays) {
        const { layers } = this.map.getStyle();
        const wanted = overlays.map(({ key }) => OVERLAY + key);
        for (const { id } of layers) {
            if (!id.startsWith(OVERLAY) || wanted.includes(id)) continue;
            this.map.removeLayer(id);
            this.map.removeSource(id);
        }
        for (const { key, source, opacity } of overlays.toReversed()) {
            const id = OVERLAY + key;
            if (!this.map.getSource(id)) {
                this.map.addSource(id, source);
                this.map.addLayer({ id, type: "raster", source: id }, this.firstAbove);
            } else this.map.moveLayer(id, this.firstAbove);
            this.map.setPaintProperty(id, "raster-opacity", opacity);
        }
    }

    /** @param {any} style */
    #add({ sources, layers, sprite }) {
        if (sprite) this.map.setSprite(sprite);
        for (const [id, source] of Object.entries(sources)) this.map.addSource(GROUND + id, source);
        for (const layer of layers) {
            const added = { ...layer, id: GROUND + layer.id, ...(layer.source ? { source: GROUND + layer.source } : {}) };
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
