/* Creates the map and draws the embedded features into their groups. */
(function (F) {
  "use strict";

  F.features = [];

  F.createMap = function (id, options) {
    const map = L.map(id, {
      ...options,
      zoomControl: false,
      attributionControl: false,
      renderer: new F.Painter({ padding: 0.3, tolerance: 3 }),
      zoomSnap: 0.1,
      zoomDelta: 0.5,
      wheelPxPerZoomLevel: 110
    });
    map.createPane("labels").style.zIndex = 450;
    L.control.attribution({ prefix: "Leaflet" }).addAttribution(F.config.attribution).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 140 }).addTo(map);
    addNorthArrow(map);
    L.control.zoom({ position: "topleft", zoomInTitle: F.words.zoom_in, zoomOutTitle: F.words.zoom_out }).addTo(map);
    map.on("popupopen", (event) => openPopup(map, event));
    return map;
  };

  function addNorthArrow(map) {
    const control = L.control({ position: "bottomleft" });
    control.onAdd = () => {
      const arrow = L.DomUtil.create("div", "north");
      arrow.setAttribute("role", "img");
      arrow.setAttribute("aria-label", F.words.north);
      arrow.title = F.words.north;
      const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      picture.setAttribute("viewBox", "0 0 14 24");
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", "M7 0 13 23 7 18 1 23Z");
      picture.append(path);
      arrow.append(picture);
      return arrow;
    };
    control.addTo(map);
  }

  /** Draw every embedded layer into the groups, and keep the features for search and counts. */
  F.drawLayers = function (groups) {
    for (const script of document.querySelectorAll('script[type="application/json"][id^="data-"]')) {
      const layer = script.id.slice("data-".length);
      for (const feature of JSON.parse(script.textContent).features) {
        const group = groups[feature.properties.class];
        if (group) F.features.push(drawFeature(layer, feature, group));
      }
    }
  };

  function drawFeature(layer, feature, group) {
    const properties = feature.properties;
    const style = F.config.entries[properties.class];
    const drawn = F.makeLayer(feature, style);
    if (layer === "districts") {
      drawn.bindPopup(() => F.districtPopup(properties.title), { minWidth: 340, maxWidth: 340 });
    } else {
      drawn.bindPopup(() => F.popup(layer, properties), { minWidth: 240, maxWidth: 340 });
      drawn.bindTooltip(() => F.tooltip(layer, properties), { sticky: true, direction: "top", offset: [0, -6] });
    }
    group.addLayer(drawn);
    return { layer, properties, drawn, group };
  }

  /** Keep popups clear of the box with the indicators and no taller than the map. */
  function openPopup(map, event) {
    const { x: width, y: height } = map.getSize();
    const options = event.popup.options;
    options.maxHeight = Math.max(160, height - 90);
    options.autoPanPaddingTopLeft = [52, F.coveredWidth() ? 12 : 58];
    options.autoPanPaddingBottomRight = [Math.min(F.coveredWidth(), width - 420) + 12, 12];
    event.popup.update();
    event.popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", F.words.close);
  }

  F.coveredWidth = function () {
    const figures = document.getElementById("figures");
    return figures.classList.contains("folded") ? 0 : figures.offsetWidth + 12;
  };

  /** Bring the groups that belong above a newly shown one back to the front. */
  F.restoreOrder = function (map, groups, key) {
    const above = F.config.order.slice(F.config.order.indexOf(key) + 1);
    for (const other of above) if (map.hasLayer(groups[other])) groups[other].bringToFront();
  };
})(Flurwerk);
