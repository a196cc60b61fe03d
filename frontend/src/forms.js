// Every form that posts: pressing twice does no harm, and an ended session is noticed before anything is lost.
// Forms with data-draft are also kept by drafts.js.
import {behave} from './behaviour.js';
import {sessionEnded, sessionLives} from './session.js';

const ON_ITS_WAY_MS = 15000;

function lock(form, submitter) {
  form.dataset.sending = '';
  submitter?.setAttribute('aria-busy', 'true');
  // After a while (a download, a lost connection) the form may be sent again.
  setTimeout(() => release(form), ON_ITS_WAY_MS);
}

function release(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy');
}

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (form.method !== 'post' || event.defaultPrevented) return;
  if ('sending' in form.dataset) {
    event.preventDefault();
    return;
  }
  lock(form, event.submitter);
  if (!form.matches('[data-draft]') || form.dataset.checked === '1') return;
  event.preventDefault();
  if (await sessionLives()) {
    form.dataset.checked = '1';
    delete form.dataset.sending;
    form.requestSubmit(event.submitter ?? undefined);
    delete form.dataset.checked;
  } else {
    release(form);
    sessionEnded();
  }
});
window.addEventListener('pageshow', () => document.querySelectorAll('form[data-sending]').forEach(release));

// data-autosubmit: a filter form is sent when one of its choices changes; data-submit-on-change: by this field alone.
behave('form[data-autosubmit]', (form) => form.addEventListener('change', () => form.requestSubmit()));
behave('[data-submit-on-change]', (field) => field.addEventListener('change', () => field.form.requestSubmit()));

// The first wrong field gets the eye.
behave('.form-errors, form .alert-danger', (summary) => {
  summary.setAttribute('tabindex', '-1');
  summary.focus();
});
