/* Labels with the area of the period's deals, unless there are too many. */
(function (F) {
  "use strict";

  const MOST = 16;
  const GAP = 9;
  const SIDES = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [-1, -1], [1, 1], [-1, 1]];

  F.labelDeals = function (map) {
    const deals = F.features.filter((feature) => ["deals-public", "deals-private"].includes(feature.properties.class));
    if (deals.length > MOST) return;
    const callouts = deals.map(addCallout);
    const update = () => arrange(map, callouts.filter((callout) => map.hasLayer(callout.marker)));
    map.on("zoomend moveend resize layeradd", update);
    F.arrangeCallouts = update;
  };

  function addCallout({ properties, drawn, group }) {
    const text = F.element("span", "callout", F.fact(F.description("transactions", "area_m2"), properties.area_m2));
    const icon = L.divIcon({ className: "place", html: text, iconSize: [0, 0] });
    const middle = drawn._map ? drawn.getCenter() : drawn.getBounds().getCenter();
    const marker = L.marker(middle, { icon, pane: "labels", interactive: false, keyboard: false });
    group.addLayer(marker);
    return { marker, text, drawn };
  }

  /** Place each label beside its deal, on the side where it covers the least. */
  function arrange(map, callouts) {
    const taken = [...map.getContainer().querySelectorAll(".district-name, .area-name")].map((name) => name.getBoundingClientRect());
    const figures = document.getElementById("figures").getBoundingClientRect();
    const points = callouts.map(({ marker }) => pointOf(map, marker));
    taken.push(figures, ...points.map((point) => rectangle(point, 8, 8)));
    const stage = map.getContainer().getBoundingClientRect();
    callouts.forEach(({ text, drawn }, position) => {
      const width = text.offsetWidth, height = text.offsetHeight;
      const sides = isRoomy(drawn, width) ? [[0, 0]] : SIDES;
      const best = sides.map((side, rank) => {
        const shift = [side[0] * (width / 2 + GAP), side[1] * (height / 2 + GAP)];
        const place = rectangle({ x: points[position].x + shift[0], y: points[position].y + shift[1] }, width / 2, height / 2);
        const outside = width * height - overlap(place, stage);
        const cost = taken.reduce((sum, other) => sum + overlap(place, other), rank + 5 * outside);
        return { shift, place, cost };
      }).reduce((a, b) => (b.cost < a.cost ? b : a));
      text.style.transform = `translate(${best.shift[0]}px, ${best.shift[1]}px)`;
      taken.push(best.place);
    });
  }

  function isRoomy(drawn, width) {
    return Boolean(drawn._rawPxBounds) && drawn._rawPxBounds.getSize().x > 1.6 * width;
  }

  function pointOf(map, marker) {
    const stage = map.getContainer().getBoundingClientRect();
    const point = map.latLngToContainerPoint(marker.getLatLng());
    return { x: stage.left + point.x, y: stage.top + point.y };
  }

  function rectangle({ x, y }, halfWidth, halfHeight) {
    return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight };
  }

  function overlap(a, b) {
    const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return Math.max(0, width) * Math.max(0, height);
  }
})(Flurwerk);
