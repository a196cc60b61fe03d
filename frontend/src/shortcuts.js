// "/" goes to the search box, as on every list page of the trade; a row of hits is walked with the arrow keys, also
// right after the page of hits has come, when nothing has the focus yet.
document.addEventListener('keydown', (event) => {
  const typing = event.target.closest?.('input, textarea, select, [contenteditable]');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const box = [...document.querySelectorAll('input[data-search]')].find((input) => input.offsetParent);
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (document.querySelector('a.search-icon')) {
      document.querySelector('a.search-icon').click();
    }
  }
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const hits = [...document.querySelectorAll('a.hit')];
    const at = hits.indexOf(document.activeElement);
    const begins = event.target === document.body || event.target.closest?.('[data-search]');
    if (!hits.length || (at < 0 && !begins)) return;
    event.preventDefault();
    const next = at + (event.key === 'ArrowDown' ? 1 : -1);
    if (next < 0) document.querySelector('main [data-search], [data-search]').focus();
    else hits[Math.min(next, hits.length - 1)].focus();
  }
});
