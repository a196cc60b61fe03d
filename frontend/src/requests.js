// htmx, set up for a strict CSP and for people who must be told in Chinese what went wrong.
import htmx from 'htmx.org';
import {busy, csrfToken, showTrouble} from './server.js';

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // no page with personal data is left in the browser's storage
  refreshOnHistoryMiss: true,
  scrollBehavior: 'auto',
});
document.addEventListener('htmx:configRequest', ({detail}) => {
  if (detail.verb !== 'get') detail.headers['X-CSRFToken'] = csrfToken();
});
document.addEventListener('htmx:beforeRequest', () => busy(1));
document.addEventListener('htmx:afterRequest', () => busy(-1));
document.addEventListener('htmx:responseError', ({detail}) => showTrouble(detail.xhr.status, detail.xhr.responseText));
document.addEventListener('htmx:sendError', () => showTrouble(0));
document.addEventListener('htmx:timeout', () => showTrouble(0));
