// The map one can move, in place of the drawing that came with the page. Without this file the drawing stays, and its
// outlines are links all the same. Nothing is fetched from another host unless the page names a tile server.
(function () {
  "use strict";
  var L = window.L;
  if (!L || !window.fetch || document.documentElement.dataset.elder) return;

  function line(tag, text, cls) {
    var node = document.createElement(tag);
    node.textContent = text;
    if (cls) node.className = cls;
    return node;
  }

  function card(own, open) {
    var box = document.createElement("div");
    box.appendChild(line("b", own.name));
    if (own.said) box.appendChild(line("p", own.said));
    (own.workers || []).forEach(function (worker) {
      box.appendChild(line("p", worker.name + " " + worker.title));
      if (worker.phone) {
        var call = line("a", worker.phone, "btn btn-s");
        call.href = "tel:" + worker.phone.replace(/[^0-9+]/g, "");
        box.appendChild(call);
      }
    });
    var more = line("a", open, "tap");
    more.href = own.url;
    box.appendChild(document.createElement("p")).appendChild(more);
    return box;
  }

  function draw(box, shapes) {
    var sheet = box.querySelector(".m-sheet");
    var ground = document.createElement("div");
    ground.className = "m-live";
    ground.setAttribute("role", "region");
    ground.setAttribute("aria-label", box.dataset.label);
    box.appendChild(ground);
    sheet.classList.add("m-paper");  // for the printer
    // Two fingers move the map, one moves the page: a page one cannot scroll past is a trap.
    // As tall as the drawing, so that the page does not jump and the outlines fill it.
    var seen = sheet.viewBox.baseVal;
    ground.style.aspectRatio = seen.width + " / " + seen.height;
    var map = L.map(ground, { zoomSnap: 0, scrollWheelZoom: false, dragging: !L.Browser.mobile, attributionControl: Boolean(box.dataset.tiles) });
    // Below the map: on it they would lie over somebody's grid.
    var zoom = map.zoomControl.getContainer();
    zoom.classList.add("m-zoom");
    box.appendChild(zoom);
    if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { attribution: box.dataset.credit, maxZoom: 18 }).addTo(map);
    var layer = L.geoJSON(shapes, {
      style: function (feature) {
        var css = feature.properties.css;
        var still = css === "m-building" || css === "m-ground";
        return { className: still ? css : "m-plot " + css, interactive: !still };
      },
      pointToLayer: function (feature, at) { return L.circleMarker(at, { radius: 5, interactive: false, className: "m-building" }); },
      onEachFeature: function (feature, one) {
        var own = feature.properties;
        if (own.css === "m-ground") return;
        if (own.css === "m-building") {
          one.bindTooltip(own.mark, { permanent: true, direction: "center", className: "m-no-tip" });
          return;
        }
        one.bindTooltip(own.mark, { permanent: true, direction: "center" });
        one.bindPopup(card(own, box.dataset.open), { maxWidth: 260 });
        one.on("add", function () {
          var path = one.getElement();
          path.setAttribute("tabindex", "0");
          path.setAttribute("role", "button");
          path.setAttribute("aria-label", own.name + " " + own.said);
          path.addEventListener("keydown", function (event) {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            one.openPopup();
            // Else one would tab through every other grid to what has just opened. Escape leads back.
            var shown = one.getPopup().getElement(), first = shown.querySelector(".leaflet-popup-content a");
            if (first) first.focus();
            shown.onkeydown = function (pressed) { if (pressed.key === "Escape") { one.closePopup(); path.focus(); } };
          });
        });
      }
    }).addTo(map);
    map.fitBounds(layer.getBounds(), { padding: [4, 4] });
    // Houses lie on their grid; their numbers only crowd a far view.
    layer.eachLayer(function (one) { if (one.feature.properties.css === "m-building") one.bringToFront(); });
    var near = map.getZoom() + 0.75;
    function numbers() {
      layer.eachLayer(function (one) {
        var own = one.feature.properties;
        if (!one.getTooltip()) return;
        if (own.css !== "m-building" || map.getZoom() >= near) one.openTooltip(own.at); else one.closeTooltip();
      });
    }
    map.on("zoomend", numbers);
    numbers();
  }

  document.querySelectorAll("[data-shapes]").forEach(function (box) {
    fetch(box.dataset.shapes, { headers: { Accept: "application/json" } })
      .then(function (answer) { if (!answer.ok) throw new Error(answer.status); return answer.json(); })
      .then(function (shapes) { if (shapes.features.length) draw(box, shapes); })
      .catch(function () { /* the drawing is there */ });
  });
})();
