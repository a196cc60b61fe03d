// form[data-draft="/address/"]: saves itself 1.5 s after typing, says "已保存 14:32", and never loses what was typed:
// what the server could not take is kept in this tab until it can.
import {behave, make} from './behaviour.js';
import {csrfToken} from './server.js';
import {sessionEnded} from './session.js';

const WAIT_MS = 1500;
const RETRY_MS = 15000;
const NEVER = new Set(['csrfmiddlewaretoken', 'client_uuid']);

/** The filled-in fields as {name: [values]}; files cannot be kept. */
function contents(form) {
  const kept = {};
  for (const [name, value] of new FormData(form)) {
    if (!NEVER.has(name) && typeof value === 'string') (kept[name] ??= []).push(value);
  }
  return kept;
}

behave('form[data-draft]', (form) => {
  const status = form.querySelector('.draft-status') ?? form.appendChild(make('p', {class: 'draft-status'}));
  status.setAttribute('aria-live', 'polite');
  let timer = 0;
  let saved = '';
  let touched = false; // a form that was only looked at leaves no draft, whatever other scripts add to it
  let gone = false;

  const say = (text, trouble = false) => {
    status.textContent = text;
    status.toggleAttribute('data-trouble', trouble);
  };

  async function save() {
    const now = contents(form);
    const text = JSON.stringify(now);
    if (gone || !touched || text === saved) return;
    try {
      const response = await fetch('/drafts/', {
        method: 'POST',
        credentials: 'same-origin',
        keepalive: text.length < 60000,
        headers: {'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': csrfToken()},
        body: JSON.stringify({path: form.dataset.draft || location.pathname, data: now}),
      });
      if (response.status === 401) {
        say('登录已过期，内容还在本页', true);
        sessionEnded();
      } else if (!response.ok) {
        throw new Error(String(response.status));
      } else {
        saved = text;
        say(`已保存 ${(await response.json()).saved_at}`);
      }
    } catch {
      say('暂时没有保存上，内容还在本页，会自动再试', true);
      later(RETRY_MS);
    }
  }
  function later(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  }

  function type() {
    touched = true;
    later(WAIT_MS);
  }

  form.addEventListener('input', type);
  form.addEventListener('change', type);
  form.addEventListener('submit', () => { gone = form.dataset.checked === '1'; });
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') save(); });
  window.addEventListener('online', save);
  window.addEventListener('beforeunload', (event) => {
    if (!gone && touched && status.hasAttribute('data-trouble') && JSON.stringify(contents(form)) !== saved) event.preventDefault();
  });
});
