// The map library. By default it requests its worker with a query parameter, which this service does not support.
import { setWorkerUrl } from "../../vendor/maplibre-gl/maplibre-gl.mjs";

setWorkerUrl(new URL("../../vendor/maplibre-gl/maplibre-gl-worker.mjs", import.meta.url).href);

export * from "../../vendor/maplibre-gl/maplibre-gl.mjs";
