// The small map of a page: the districts as background, and over them the records that the page lists.
"use strict";

(() => {
  // Until what is shown is known: Germany.
  const COUNTRY = [51.2, 10.4];
  const CLOSEST = 14;
  const element = document.getElementById("map");
  const data = JSON.parse(document.getElementById("map-data").textContent);

  const map = L.map(element, { zoomControl: false, scrollWheelZoom: false, preferCanvas: false, zoomSnap: 0.25 });
  L.control.zoom({ zoomInTitle: element.dataset.zoomIn, zoomOutTitle: element.dataset.zoomOut }).addTo(map);
  map.setView(COUNTRY, 5.5);

  const text = (title) => {
    const shown = document.createElement("span");
    shown.textContent = title;
    return shown;
  };

  const style = { color: data.colors.feature, weight: 2, fillColor: data.colors.feature, fillOpacity: 0.35 };
  const target = (record) => (element.dataset.target ? recordAddress(element.dataset.target, record.id) : null);

  function recordAddress(list, id) {
    const address = new URL(list);
    address.pathname += `/${id}`;
    return address;
  }

  function drawRecord(record) {
    const drawn = L.geoJSON(record.geometry, {
      style,
      pointToLayer: (_, place) => L.circleMarker(place, { ...style, radius: 5, weight: 1, fillOpacity: 0.75 }),
    });
    drawn.bindTooltip(text(record.title), { sticky: true });
    const address = target(record);
    if (address) {
      drawn.on("click", () => { window.location.assign(address); });
    }
    return drawn;
  }

  function drawDistricts(collection) {
    L.geoJSON(collection, {
      interactive: false,
      pane: "tilePane",
      style: { color: data.colors.border, weight: 1, fillColor: data.colors.land, fillOpacity: 1 },
      onEachFeature: (district, drawn) => {
        drawn.bindTooltip(text(district.properties.name), { permanent: true, direction: "center", className: "district" });
      },
    }).addTo(map);
  }

  const records = L.featureGroup(data.features.map(drawRecord)).addTo(map);

  function fit(group) {
    const bounds = group.getBounds();
    if (bounds.isValid()) {
      map.fitBounds(bounds, { padding: [18, 18], maxZoom: CLOSEST, animate: false });
      return true;
    }
    return false;
  }

  async function background() {
    if (!data.districts || data.is_background) {
      return;
    }
    const answer = await fetch(data.districts, { headers: { Accept: "application/geo+json" } });
    if (answer.ok) {
      const collection = await answer.json();
      drawDistricts(collection);
      if (!records.getLayers().length) {
        fit(L.geoJSON(collection));
      }
    }
  }

  fit(records);
  // Without its background the map still shows the records.
  background().catch(() => {}).finally(() => { document.documentElement.dataset.ready = "true"; });
})();
