// <details class="menu">: one open at a time, closed by Escape or a click elsewhere.
const open = () => document.querySelectorAll('details.menu[open]');

document.addEventListener('click', (event) => {
  for (const menu of open()) {
    const inside = menu.contains(event.target);
    const onBackdrop = event.target === menu.querySelector('.menu-panel') && event.offsetY < 0;
    if (!inside || onBackdrop) menu.removeAttribute('open');
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of open()) {
    menu.removeAttribute('open');
    menu.querySelector('summary').focus();
  }
});
document.addEventListener('toggle', (event) => {
  if (!event.target.matches?.('details.menu[open]')) return;
  for (const menu of open()) if (menu !== event.target && !menu.contains(event.target)) menu.removeAttribute('open');
  event.target.querySelector('[autofocus]')?.focus();
}, true);
