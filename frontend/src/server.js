// Talking to the server without htmx: the CSRF token, a bar after 0.3 s, troubles as Chinese toasts.
import {sessionEnded} from './session.js';
import {toast} from './toasts.js';

const BAR_AFTER_MS = 300;
const TROUBLES = {
  0: '网络不通，内容没有送出。请检查信号后再试，已填的内容还在。',
  403: '您没有做这一步的权限。如需办理，请联系本单位的授权人员。',
  404: '要找的内容不在了，可能已被撤回或移走。请刷新页面再看。',
  409: '别人刚刚改过这一条。请刷新页面，看过对方的改动后再改。',
  413: '文件太大了，请拆成几份再上传。',
  429: '操作太频繁，请过一分钟再试。',
};

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? '';
}

/** What went wrong, from the server's own words when it sent JSON {"error": …}, else by status. */
function trouble(status, body) {
  try {
    const {error, detail} = JSON.parse(body);
    if (error ?? detail) return error ?? detail;
  } catch {
    // Not JSON: an HTML error page, whose text is too long for a toast.
  }
  return TROUBLES[status] ?? `系统出了点问题（${status}），内容没有保存。请稍后再试；若一直这样，请告诉系统管理员。`;
}

export function showTrouble(status, body = '') {
  if (status === 401) sessionEnded();
  else toast(trouble(status, body), 'bad');
}

/** POSTs a form or an object of fields; resolves to parsed JSON, or null after the trouble has been shown. */
export async function post(url, fields) {
  busy(1);
  try {
    const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
    const headers = {'X-CSRFToken': csrfToken(), Accept: 'application/json'};
    const response = await fetch(url, {method: 'POST', body, headers, credentials: 'same-origin'});
    if (response.ok) return await response.json();
    showTrouble(response.status, await response.text());
  } catch {
    showTrouble(0);
  } finally {
    busy(-1);
  }
  return null;
}

let running = 0;
let timer = 0;

/** Counts running requests; the bar appears when any lasts longer than 0.3 s. */
export function busy(change) {
  running = Math.max(0, running + change);
  const bar = document.querySelector('.request-bar');
  clearTimeout(timer);
  if (running) timer = setTimeout(() => bar?.setAttribute('data-busy', ''), BAR_AFTER_MS);
  else bar?.removeAttribute('data-busy');
}
