// details[data-fold]: open on a wide screen, folded on a phone, where the first screen is for what matters.
import {behave} from './behaviour.js';

const narrow = window.matchMedia('(max-width: 47.99rem)');

behave('details[data-fold]', (element) => {
  if (narrow.matches && !element.contains(document.getElementById(location.hash.slice(1)))) element.open = false;
});
