/* Names of districts and industrial areas, and the shading of districts by an indicator. */
(function (F) {
  "use strict";

  const AREA_NAMES_FROM = 13;
  const MAJOR_NAMES_FROM = 12;

  F.labelPlaces = function (map) {
    for (const feature of F.features) {
      if (feature.layer === "districts") feature.label = addDistrictName(feature);
      if (feature.layer === "industrial_areas") addAreaName(feature);
    }
    const stage = map.getContainer();
    const update = () => {
      stage.classList.toggle("names-all", map.getZoom() >= AREA_NAMES_FROM);
      stage.classList.toggle("names-major", map.getZoom() >= MAJOR_NAMES_FROM);
    };
    map.on("zoomend", update);
    update();
  };

  function place(properties) {
    return [properties.label_y, properties.label_x];
  }

  function addDistrictName({ properties, drawn, group }) {
    const value = F.element("span", "value");
    const text = F.element("span", "district-name", [F.element("span", "", properties.title), value]);
    const icon = L.divIcon({ className: "place", html: text, iconSize: [0, 0] });
    const marker = L.marker(place(properties), { icon, pane: "labels", keyboard: true, title: "", alt: properties.title });
    marker.on("click", () => drawn.openPopup(L.latLng(place(properties))));
    marker.on("keypress", (event) => {
      if (event.originalEvent.key === "Enter") drawn.openPopup(L.latLng(place(properties)));
    });
    group.addLayer(marker);
    return value;
  }

  function addAreaName({ properties, group }) {
    const name = F.element("span", properties.major_project ? "area-name major" : "area-name", properties.title);
    const icon = L.divIcon({ className: "place", html: name, iconSize: [0, 0] });
    group.addLayer(L.marker(place(properties), { icon, pane: "labels", interactive: false, keyboard: false }));
  }

  /** Shade the districts by a line of the box, or reset them if there is none. */
  F.shadeDistricts = function (line) {
    const base = F.config.entries.districts;
    const most = line ? Math.max(0, ...line.shares.map((share) => share.amount || 0)) : 0;
    for (const { layer, properties, drawn, label } of F.features) {
      if (layer !== "districts") continue;
      const share = line && line.shares.find((candidate) => candidate.part === properties.title);
      label.textContent = share ? share.text : "";
      drawn.options.style = share && share.amount ? { ...base, fill: shade(share.amount / most) } : base;
      drawn.redraw();
    }
  };

  function shade(portion) {
    const shades = F.config.shades;
    return shades[Math.min(shades.length - 1, Math.floor(portion * shades.length))];
  }
})(Flurwerk);
