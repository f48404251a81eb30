// Light or dark: as the system has it until someone chooses, and from then on as they chose.
(() => {
  const key = 'genrecloud-theme';
  const names = { system: 'System', light: 'Light', dark: 'Dark' };
  const order = ['system', 'light', 'dark'];
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;

  const chosen = () => {
    try {
      const choice = localStorage.getItem(key);
      return order.includes(choice) ? choice : 'system';
    } catch {
      return 'system';
    }
  };

  const apply = () => {
    const choice = chosen();
    const theme = choice === 'system' ? (system.matches ? 'dark' : 'light') : choice;
    if (root.dataset.theme !== theme) {
      root.dataset.theme = theme;
    }

    for (const name of document.querySelectorAll('[data-theme-name]')) {
      if (name.textContent !== names[choice]) {
        name.textContent = names[choice];
      }
    }
  };

  apply();
  system.addEventListener('change', apply);
  addEventListener('storage', apply);
  document.addEventListener('DOMContentLoaded', () => {
    apply();
    // Whoever draws the page anew, draws what the server knows.
    new MutationObserver(apply).observe(root, { attributes: true, attributeFilter: ['data-theme'], childList: true, subtree: true });
  });
  document.addEventListener('click', event => {
    if (event.target.closest?.('[data-theme-switch]')) {
      const next = order[(order.indexOf(chosen()) + 1) % order.length];
      try {
        localStorage.setItem(key, next);
      } catch {
        // A browser that keeps nothing.
      }

      apply();
    }
  });
})();
