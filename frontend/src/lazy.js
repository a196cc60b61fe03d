// Charts and maps are heavy: their scripts are fetched only by pages that show one.
import {behave, make} from './behaviour.js';

const asked = new Set();

function load(source) {
  if (!source || asked.has(source) || document.querySelector(`script[src="${source}"]`)) return;
  asked.add(source);
  document.head.append(make('script', {src: source}));
}
behave('[data-chart]', () => load(document.body.dataset.chartsScript));
behave('[data-map]', () => {
  const style = document.body.dataset.mapStyle;
  if (style && !asked.has(style)) {
    asked.add(style);
    document.head.append(make('link', {rel: 'stylesheet', href: style}));
  }
  load(document.body.dataset.mapScript);
});
