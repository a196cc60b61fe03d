// data-confirm="问题" on a button, link or form: asks before it acts. data-confirm-yes="撤回" words the button;
// data-confirm-reason="撤回原因" also asks a reason and puts it into the form's field named by data-confirm-name (reason).
import {make} from './behaviour.js';
import {ask} from './dialog.js';

const agreed = new WeakSet();

/** Asks; then `go` repeats what the user did. */
async function question(element, form, go) {
  const {confirm, confirmText, confirmYes, confirmReason, confirmName = 'reason'} = element.dataset;
  const danger = element.matches('.btn-danger') || Boolean(element.querySelector?.('.btn-danger, .btn-ghost-danger, .btn-outline-danger'));
  const field = confirmReason ? {label: confirmReason} : null;
  const answer = await ask({title: confirm, text: confirmText, yes: confirmYes, danger, field});
  if (answer === null) return;
  if (field && form) {
    form.querySelector(`input[type="hidden"][name="${confirmName}"]`)?.remove();
    form.append(make('input', {type: 'hidden', name: confirmName, value: answer}));
  }
  agreed.add(element);
  go();
}

function hold(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

document.addEventListener('click', (event) => {
  const element = event.target.closest?.('[data-confirm]:not(form)');
  if (!element || agreed.delete(element)) return;
  hold(event);
  question(element, element.form, () => element.click());
}, true);

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('form[data-confirm]') || agreed.delete(form)) return;
  const {submitter} = event;
  hold(event);
  question(form, form, () => form.requestSubmit(submitter ?? undefined));
}, true);
