// data-confirm="问题" on a button or link: asks before it acts. data-confirm-yes="撤回" words the button;
// data-confirm-reason="撤回原因" also asks a reason and puts it into the form's field named by data-confirm-name (reason).
import {ask} from './dialog.js';
import {make} from './behaviour.js';

const agreed = new WeakSet();

async function question(element) {
  const {confirm, confirmText, confirmYes, confirmReason, confirmName = 'reason'} = element.dataset;
  const field = confirmReason ? {label: confirmReason} : null;
  const answer = await ask({title: confirm, text: confirmText, yes: confirmYes, danger: element.matches('.btn-danger'), field});
  if (answer === null) return;
  if (field && element.form) {
    element.form.querySelector(`input[type="hidden"][name="${confirmName}"]`)?.remove();
    element.form.append(make('input', {type: 'hidden', name: confirmName, value: answer}));
  }
  agreed.add(element);
  element.click();
}

document.addEventListener('click', (event) => {
  const element = event.target.closest?.('[data-confirm]');
  if (!element || agreed.delete(element)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  question(element);
}, true);
