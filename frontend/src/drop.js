// label.drop around a file input: files may be dropped on it, and it tells which file was chosen;
// data-drop-submit sends the form at once.
import {behave, make} from './behaviour.js';

const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

behave('.drop', (zone) => {
  const input = zone.querySelector('input[type="file"]');
  const name = make('span', {class: 'drop-name', 'aria-live': 'polite'});
  input.after(name);
  zone.dataset.ready = '';
  const show = () => { name.textContent = [...input.files].map((file) => `${file.name}（${size(file.size)}）`).join('、'); };

  for (const kind of ['dragenter', 'dragover']) zone.addEventListener(kind, (event) => { event.preventDefault(); zone.dataset.over = ''; });
  for (const kind of ['dragleave', 'drop']) zone.addEventListener(kind, () => { delete zone.dataset.over; });
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event('change', {bubbles: true}));
  });
  input.addEventListener('change', () => {
    show();
    if (input.files.length && 'dropSubmit' in zone.dataset) input.form.requestSubmit();
  });
  show();
});
