// Maps without tiles: nothing is loaded from outside. <div class="map" data-map> with
//   data-boundaries  URL of GeoJSON polygons with properties {adcode, name} (counties or cities)
//   data-points      URL of GeoJSON points with properties {name, state, url}
//   data-values      id of a table: rows with data-code (6 or 12 digits), name, value; colours the polygons
import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import {behave, make} from './behaviour.js';
import {showTrouble} from './server.js';

const SHADES = ['#e3f1ef', '#b5dad5', '#7fbcb4', '#3f958b', '#0b6a62'];
const DOT = {late: '#b3261e', due: '#c77f1a', done: '#1d6637', note: '#1b568a'};

async function load(url) {
  const response = await fetch(url, {credentials: 'same-origin'});
  if (response.ok) return response.json();
  showTrouble(response.status, await response.text());
  return null;
}

/** Values by six-digit county code, from the table that stands beside the map. */
export function valuesOf(table) {
  const values = new Map();
  for (const row of table?.querySelectorAll('tbody tr[data-code]') ?? []) {
    const cell = row.cells[row.cells.length - 1];
    const value = Number(cell.dataset.value ?? cell.textContent.replace(/[,\s%]/g, ''));
    values.set(row.dataset.code.slice(0, 6), {value, text: cell.textContent.trim(), url: row.querySelector('a')?.href});
  }
  return values;
}

/** Upper bounds of up to five classes with about equally many places in each. */
export function classes(values) {
  const sorted = [...new Set(values.filter(Number.isFinite))].sort((a, b) => a - b);
  if (sorted.length <= SHADES.length) return sorted;
  return SHADES.map((_, index) => sorted[Math.ceil(((index + 1) * sorted.length) / SHADES.length) - 1]);
}

const shade = (bounds, value) => SHADES[bounds.length === 1 ? SHADES.length - 1 : Math.max(0, bounds.findIndex((bound) => value <= bound))];

function popup(title, text, url) {
  const body = make('div', {}, make('strong', {}, title));
  if (text) body.append(make('div', {}, text));
  if (url) body.append(make('a', {href: url}, '打开'));
  return body;
}

function polygons(map, boundaries, values, bounds) {
  return L.geoJSON(boundaries, {
    style: ({properties}) => {
      const found = values.get(String(properties.adcode));
      return {color: '#5b6b70', weight: 0.8, fillColor: found ? shade(bounds, found.value) : '#f7f9f9', fillOpacity: 1};
    },
    onEachFeature: ({properties}, layer) => {
      const found = values.get(String(properties.adcode));
      layer.bindPopup(() => popup(properties.name, found?.text ?? '', found?.url));
    },
  }).addTo(map);
}

function points(map, collection) {
  return L.geoJSON(collection, {
    pointToLayer: ({properties}, at) => L.circleMarker(at, {radius: 6, weight: 1.5, color: '#fff', fillColor: DOT[properties.state] ?? '#4d5a60', fillOpacity: 0.95}),
    onEachFeature: ({properties}, layer) => layer.bindPopup(() => popup(properties.name, properties.text, properties.url)),
  }).addTo(map);
}

function legend(holder, bounds, unit) {
  const items = bounds.map((bound, index) => {
    const swatch = make('span', {class: 'map-swatch'});
    swatch.style.background = shade(bounds, bound);
    return make('li', {}, swatch, `${index ? `${bounds[index - 1]} – ` : '≤ '}${bound}${unit}`);
  });
  if (items.length) holder.after(make('ul', {class: 'map-legend'}, ...items));
}

behave('[data-map]', async (holder) => {
  const map = L.map(holder, {preferCanvas: true, attributionControl: false, zoomSnap: 0.25, maxZoom: 16, tap: false, scrollWheelZoom: 'center'});
  map.zoomControl.getContainer().querySelector('.leaflet-control-zoom-in').title = '放大';
  map.zoomControl.getContainer().querySelector('.leaflet-control-zoom-out').title = '缩小';
  holder.after(make('p', {class: 'map-foot'}, '示意图，边界不作划界依据。'));
  const {boundaries, points: pointsUrl, values: table, unit = ''} = holder.dataset;
  const [areas, places] = await Promise.all([boundaries ? load(boundaries) : null, pointsUrl ? load(pointsUrl) : null]);
  const values = valuesOf(table ? document.getElementById(table) : null);
  const bounds = classes([...values.values()].map(({value}) => value));
  const areaLayer = areas && polygons(map, areas, values, bounds);
  const pointLayer = places && points(map, places);
  const extent = pointLayer?.getBounds().isValid() ? pointLayer.getBounds() : areaLayer?.getBounds();
  if (extent?.isValid()) map.fitBounds(extent, {padding: [16, 16], maxZoom: 14});
  else map.setView([23.4, 113.4], 7);
  legend(holder, bounds, unit);
});
