// One small question in a <dialog>; longer things are pages.
import {make} from './behaviour.js';

/** Asks; resolves to the typed text ('' without a field), or null when the user steps back. */
export function ask({title, text = '', yes = '确定', danger = false, field = null}) {
  return new Promise((resolve) => {
    const input = field && make('textarea', {class: 'form-control', rows: 2, maxlength: 200, required: true, 'aria-label': field.label, placeholder: field.label});
    const quick = (field?.choices ?? []).map((word) => make('button', {type: 'button', class: 'chip'}, word));
    const body = make('div', {class: 'dialog-body'}, make('h2', {class: 'dialog-title'}, title), make('p', {}, text));
    if (input) {
      if (quick.length) body.append(make('div', {class: 'chips'}, ...quick));
      body.append(input);
    }
    const no = make('button', {type: 'button', class: 'btn'}, '取消');
    const go = make('button', {type: 'submit', class: `btn ${danger ? 'btn-danger' : 'btn-primary'}`}, yes);
    const form = make('form', {method: 'dialog'}, body, make('div', {class: 'dialog-actions'}, no, go));
    const dialog = make('dialog', {'aria-label': title}, form);
    let answer = null;
    for (const chip of quick) chip.addEventListener('click', () => { input.value = chip.textContent; input.focus(); });
    no.addEventListener('click', () => finish());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      answer = input ? input.value.trim() : '';
      if (input && !answer) input.focus();
      else finish();
    });
    dialog.addEventListener('cancel', (event) => { event.preventDefault(); answer = null; finish(); });
    function finish() {
      dialog.remove();
      resolve(answer);
    }
    document.body.append(dialog);
    if (dialog.showModal) dialog.showModal();
    else dialog.setAttribute('open', '');
    (input ?? go).focus();
  });
}
