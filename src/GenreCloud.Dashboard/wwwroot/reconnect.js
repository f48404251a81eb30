// A page whose connection broke says so, and goes on by itself: where the server still has the page's state at once, after a restart with a fresh page.
const dialog = document.getElementById('components-reconnect-modal');
const retry = document.getElementById('reconnect-now');
const firstPause = 500;
const longestPause = 5000;
let waiting;

dialog.addEventListener('components-reconnect-state-changed', event => {
  switch (event.detail.state) {
    case 'show':
      if (!dialog.open) {
        dialog.showModal();
      }
      break;
    case 'hide':
      dialog.close();
      break;
    case 'failed':
    case 'rejected':
      reloadWhenServed();
      break;
  }
});

retry.addEventListener('click', reloadWhenServed);

async function reloadWhenServed() {
  if (waiting) {
    return;
  }

  waiting = true;
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    try {
      if ((await fetch('/alive', { cache: 'no-store' })).ok) {
        // A page that asks before it is left cannot be of use any more.
        addEventListener('beforeunload', event => event.stopImmediatePropagation(), { capture: true });
        location.reload();
        return;
      }
    } catch {
      // Not there yet.
    }

    await new Promise(resolve => setTimeout(resolve, pause));
  }
}
