// label.drop around a file input: files may be dropped on it; data-drop-submit sends the form at once.
import {behave} from './behaviour.js';

behave('.drop', (zone) => {
  const input = zone.querySelector('input[type="file"]');
  for (const kind of ['dragenter', 'dragover']) zone.addEventListener(kind, (event) => { event.preventDefault(); zone.dataset.over = ''; });
  for (const kind of ['dragleave', 'drop']) zone.addEventListener(kind, () => { delete zone.dataset.over; });
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event('change', {bubbles: true}));
  });
  input.addEventListener('change', () => { if (input.files.length && 'dropSubmit' in zone.dataset) input.form.requestSubmit(); });
});
