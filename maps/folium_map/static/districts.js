/* Names of districts and industrial areas, and the shading of districts by an indicator. */
(function (F) {
  "use strict";

  const AREA_NAMES_FROM = 13;
  const MAJOR_NAMES_FROM = 12;

  F.labelPlaces = function (map) {
    for (const feature of F.features) {
      if (feature.layer === "districts") Object.assign(feature, addDistrictName(feature));
      if (feature.layer === "industrial_areas") addAreaName(feature);
    }
    const stage = map.getContainer();
    const districts = F.features.filter((feature) => feature.layer === "districts");
    districts.forEach((feature, at) => (feature.number.textContent = String(at + 1)));
    F.keyDistricts = () => keyNames(districts);
    const update = () => {
      stage.classList.toggle("names-all", map.getZoom() >= AREA_NAMES_FROM);
      stage.classList.toggle("names-major", map.getZoom() >= MAJOR_NAMES_FROM);
      F.keyDistricts();
    };
    map.on("zoomend", update);
    update();
  };

  function place(properties) {
    return [properties.label_y, properties.label_x];
  }

  function addDistrictName({ properties, drawn, group }) {
    const value = F.element("span", "value");
    const number = F.element("span", "number");
    const text = F.element("span", "district-name", [F.element("span", "", properties.title), value, number]);
    const icon = L.divIcon({ className: "place", html: text, iconSize: [0, 0] });
    const marker = L.marker(place(properties), { icon, pane: "labels", keyboard: true, title: "", alt: properties.title });
    marker.on("click", () => drawn.openPopup(L.latLng(place(properties))));
    marker.on("keypress", (event) => {
      if (event.originalEvent.key === "Enter") drawn.openPopup(L.latLng(place(properties)));
    });
    group.addLayer(marker);
    return { label: value, number, text };
  }

  const NUMBER_WIDTH = 20;
  const NUMBER_HEIGHT = 18;

  /** Let names that would lie on others, or on their places, give way to numbers, and name those in the key. */
  function keyNames(districts) {
    const key = document.getElementById("district-key");
    for (const { text } of districts) text.classList.remove("numbered");
    // A group that is not shown has no names.
    const shown = districts.filter(({ text }) => text.getBoundingClientRect().width);
    const places = shown.map(({ text }) => placeOf(text.getBoundingClientRect()));
    const written = [];
    const numbered = shown.filter(({ text }, at) => {
      const box = text.getBoundingClientRect();
      if (written.some((other) => overlap(box, other))) return true;
      if (places.some((other, place) => place !== at && overlap(box, other))) return true;
      written.push(box);
      return false;
    });
    for (const { text } of numbered) text.classList.add("numbered");
    const entries = numbered.map(({ number, label, properties }) => {
      const named = label.textContent ? `${properties.title}: ${label.textContent}` : properties.title;
      return F.element("li", "", [F.element("b", "", number.textContent), ` ${named}`]);
    });
    key.replaceChildren(...entries);
    key.hidden = !entries.length;
  }

  function placeOf({ left, right, top, bottom }) {
    const x = (left + right) / 2;
    const y = (top + bottom) / 2;
    return {
      left: x - NUMBER_WIDTH / 2,
      right: x + NUMBER_WIDTH / 2,
      top: y - NUMBER_HEIGHT / 2,
      bottom: y + NUMBER_HEIGHT / 2,
    };
  }

  function overlap(one, other) {
    return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
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
    F.keyDistricts();
  };

  function shade(portion) {
    const shades = F.config.shades;
    return shades[Math.min(shades.length - 1, Math.floor(portion * shades.length))];
  }
})(Flurwerk);
