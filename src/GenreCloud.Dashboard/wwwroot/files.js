// Files stay here, in the browser: the page's circuit learns their names, and how far a transfer is.
const chosen = new WeakMap();
const transfers = new WeakMap();

// By the id of their input, for when they are gone from the page.
const zones = new Map();
const progressInterval = 250;

// What a proxy on the way has to carry in one request, and what is sent again at most.
const partBytes = 64 * 1024 * 1024;
const firstPause = 500;
const longestPause = 10000;

export function watch(zone, page) {
  const input = zone.querySelector('input[type=file]');
  const take = file => {
    if (file) {
      remember(zone, file);
      page.invokeMethodAsync('Chosen', file.name, file.size, file.type);
    }
  };
  chosen.set(zone, { page });
  zones.set(input.id, zone);
  input.addEventListener('change', () => take(input.files[0]));
  for (const type of ['dragenter', 'dragover']) {
    zone.addEventListener(type, event => {
      event.preventDefault();
      zone.classList.add('over');
    });
  }

  for (const type of ['dragleave', 'drop']) {
    zone.addEventListener(type, () => zone.classList.remove('over'));
  }

  zone.addEventListener('drop', event => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
  zone.dataset.ready = 'true';
}

export async function choose(zone, path, name) {
  let blob;
  try {
    const answer = await fetch(path);
    if (!answer.ok) {
      return { status: answer.status, text: await answer.text() };
    }

    blob = await answer.blob();
  } catch {
    return { status: 0, text: '' };
  }

  const file = new File([blob], name, { type: blob.type });
  remember(zone, file);
  await chosen.get(zone).page.invokeMethodAsync('Chosen', file.name, file.size, file.type);
  return { status: 200, text: '' };
}

export function forget(input) {
  const zone = zones.get(input);
  if (zone) {
    zones.delete(input);
    abort(zone);
    revoke(chosen.get(zone));
    chosen.delete(zone);
  }
}

export function url(zone) {
  const entry = chosen.get(zone);
  if (!entry?.file) {
    return null;
  }

  return entry.url ??= URL.createObjectURL(entry.file);
}

export function send(zone, method, path, contentType) {
  const { file } = chosen.get(zone);
  abort(zone);
  return transfer(zone, method, path, { 'Content-Type': contentType ?? (file.type || 'application/octet-stream') }, file, 0, file.size);
}

// To an upload that knows how much of the file it has (tus): what breaks is tried again from there, for as long as it takes.
export async function sendParts(zone, path) {
  const { file } = chosen.get(zone);
  const stop = { stopped: false, abort() { this.stopped = true; this.request?.abort(); } };
  abort(zone);
  transfers.set(zone, stop);
  for (let pause = firstPause; ;) {
    const head = await fetch(path, { method: 'HEAD', cache: 'no-store' }).catch(() => null);
    const offset = head?.ok ? Number(head.headers.get('Upload-Offset')) : null;
    let answer = { status: head?.status ?? 0, text: '' };
    if (offset === file.size) {
      return { status: 204, text: '' };
    }

    if (offset !== null && !stop.stopped) {
      const part = file.slice(offset, offset + partBytes);
      const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': offset };
      answer = await transfer(zone, 'PATCH', path, headers, part, offset, file.size, stop);
    }

    if (stop.stopped) {
      return { status: 0, text: '' };
    }

    if (answer.status === 204) {
      pause = firstPause;
      continue;
    }

    // Elsewhere than the upload is, busy with what was sent before, or not reached: that passes.
    if (answer.status >= 400 && answer.status < 500 && ![409, 423, 429].includes(answer.status)) {
      return answer;
    }

    await new Promise(resolve => setTimeout(resolve, pause));
    pause = Math.min(pause * 2, longestPause);
  }
}

export function abort(zone) {
  transfers.get(zone)?.abort();
}

// XMLHttpRequest, because fetch does not tell how much of a body is sent.
function transfer(zone, method, path, headers, body, before, whole, owner) {
  const { page } = chosen.get(zone);
  return new Promise(resolve => {
    const request = new XMLHttpRequest();
    if (owner) {
      owner.request = request;
    } else {
      transfers.set(zone, request);
    }

    request.open(method, path);
    for (const [name, value] of Object.entries(headers)) {
      request.setRequestHeader(name, value);
    }

    let told = 0;
    request.upload.addEventListener('progress', event => {
      const now = performance.now();
      if (now - told > progressInterval) {
        told = now;
        // The circuit may be away for a moment, while the file is still on its way.
        page.invokeMethodAsync('Sent', (before + event.loaded) / Math.max(1, whole)).catch(() => {});
      }
    });
    request.addEventListener('loadend', () => {
      if (!owner) {
        transfers.delete(zone);
      }

      resolve({ status: request.status, text: request.responseText });
    });
    request.send(body);
  });
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

// The picture that goes with the chosen file: the file itself, or what a service makes of it.
export async function picture(zone, path) {
  const entry = chosen.get(zone);
  if (!path) {
    return url(zone);
  }

  try {
    const answer = await fetch(path, { method: 'POST', body: entry.file, headers: { 'Content-Type': entry.file.type || 'application/octet-stream' } });
    if (!answer.ok) {
      return null;
    }

    const made = URL.createObjectURL(await answer.blob());
    if (chosen.get(zone) !== entry) {
      URL.revokeObjectURL(made);
      return null;
    }

    if (entry.picture) {
      URL.revokeObjectURL(entry.picture);
    }

    return entry.picture = made;
  } catch {
    return null;
  }
}

let frame;

// Moves the play position over the picture, as often as the screen shows it and without the circuit.
export function play(audio, start, end) {
  unplay();
  const heads = [...document.querySelectorAll('[data-playhead]')];
  const move = () => {
    const part = (audio.currentTime - start) / (end - start);
    for (const head of heads) {
      head.hidden = part < 0 || part > 1 || (audio.paused && audio.currentTime === 0);
      head.style.left = `${part * 100}%`;
    }

    frame = requestAnimationFrame(move);
  };
  move();
}

export function unplay() {
  cancelAnimationFrame(frame);
}

function remember(zone, file) {
  const entry = chosen.get(zone) ?? {};
  revoke(entry);
  chosen.set(zone, { page: entry.page, file });
}

function revoke(entry) {
  for (const made of [entry.url, entry.picture]) {
    if (made) {
      URL.revokeObjectURL(made);
    }
  }
}
