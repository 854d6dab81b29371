// The few things that need a script and no circuit: copying, the theme, the keyboard, and coming back after a restart.
(() => {
  'use strict';
  const root = document.documentElement;

  const applyTheme = () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.classList.toggle('is-dark', dark);
  };
  applyTheme();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applyTheme);

  const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    // Plain http on a name other than localhost has no clipboard API.
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  };

  document.addEventListener('click', async (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    if (target.closest('[data-toggle-theme]')) {
      root.dataset.theme = root.classList.contains('is-dark') ? 'light' : 'dark';
      document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
      applyTheme();
    }
    if (target.closest('[data-print]')) window.print();
    const copier = target.closest('[data-copy]');
    if (copier) {
      await copy(copier.dataset.copy);
      const words = copier.querySelector('[data-copied-text]');
      copier.classList.add('copied');
      if (words) words.textContent = words.dataset.copiedText;
      setTimeout(() => {
        copier.classList.remove('copied');
        if (words) words.textContent = '';
      }, 2000);
    }
  });

  const follow = (selector) => {
    const link = [...document.querySelectorAll(selector)].find((item) => item.offsetParent !== null) ?? document.querySelector(selector);
    if (link) link.click();
    return Boolean(link);
  };
  const places = { s: 'a[href="/servers"]', w: 'a[href="/wallet"]', p: 'a[href="/promos"]', n: 'a[href="/notifications"]', a: 'a[href="/account"]' };
  let leader = 0;
  document.addEventListener('keydown', (event) => {
    const field = event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]');
    if (field || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector('[role=dialog]')) return;
    const afterG = Date.now() - leader < 1200;
    leader = 0;
    if (afterG && places[event.key] && follow(places[event.key])) event.preventDefault();
    else if (event.key === 'g') leader = Date.now();
    else if (event.key === '/') {
      const search = document.querySelector('[data-search]');
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    } else if (event.key === '?') follow('[data-shortcuts]');
    else if (event.key === 'n') follow('a[data-new]');
  });

  // A page takes the focus for its title, and a sheet for its focus trap, some answers of the circuit after they are seen. Whoever is in a
  // field, or at a button of the page, by then keeps it: what they type would go on beside it, or nowhere.
  const fields = 'input, textarea, select';
  const leaveHands = (name, hands, isTaker) => {
    const owner = window.Blazor?._internal?.domWrapper;
    const take = owner?.[name];
    if (!take) return;
    owner[name] = (...args) => {
      if (!document.activeElement?.matches(hands) || !isTaker(args[0])) take.apply(owner, args);
    };
  };
  leaveHands('focusBySelector', `${fields}, main button`, () => true);
  leaveHands('focus', fields, (place) => !place?.matches?.(fields) && place?.closest?.('.mud-focus-trap')?.contains(document.activeElement));

  // The server no longer knows this circuit (it was restarted): a fresh load is what a person would do.
  document.addEventListener('components-reconnect-state-changed', (event) => {
    if (event.detail && event.detail.state === 'rejected') location.reload();
  });
})();
