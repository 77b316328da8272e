// The map library. By itself it would ask for its worker with a parameter, which this service knows nothing of.
import { setWorkerUrl } from "../../vendor/maplibre-gl/maplibre-gl.mjs";

setWorkerUrl(new URL("../../vendor/maplibre-gl/maplibre-gl-worker.mjs", import.meta.url).href);

export * from "../../vendor/maplibre-gl/maplibre-gl.mjs";
