// A server's console in the browser: a screen (noVNC) or a terminal (xterm.js). Its bytes go straight to the API; the circuit only
// hands out tickets and shows words, so a console lives on while the circuit reconnects.
import RFB from '../lib/novnc/core/rfb.js';
import { Terminal } from '../lib/xterm/xterm.mjs';
import { FitAddon } from '../lib/xterm/addon-fit.mjs';
import { SearchAddon } from '../lib/xterm/addon-search.mjs';
import { WebLinksAddon } from '../lib/xterm/addon-web-links.mjs';

const PROTOCOL = 'webrana.console.v1';
const CHUNK = 16 * 1024;
const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000];
// Reasons that pass by themselves, of consoles that ended and of tickets that were not given: a restarted process, a broken network.
const PASSING = ['lost', 'restarting', 'blind', 'temporarily_unavailable', 'overloaded', 'internal_error'];
// A console that stays open for so long has come back. One that hangs up sooner counts as one more try, however often it opens.
const SETTLED_MS = 5000;
// ConsoleRules.SlotLease: what a process that died held is free again by then.
const LEASE_MS = 150000;
const KEYS = {
  Escape: [0xff1b, '\x1b'], Tab: [0xff09, '\t'], ArrowUp: [0xff52, '\x1b[A'], ArrowDown: [0xff54, '\x1b[B'], ArrowRight: [0xff53, '\x1b[C'],
  ArrowLeft: [0xff51, '\x1b[D'], Backspace: [0xff08, '\x7f'], Enter: [0xff0d, '\r'],
};

// Always something to erase in the phone's field: an empty one swallows its backspace.
const FILLER = '\u00a0'.repeat(24);

// What was typed between two contents of a field. A phone's keyboard says no keys: it replaces words while it guesses.
export const difference = (before, after) => {
  let same = 0;
  while (same < before.length && same < after.length && before[same] === after[same]) same++;
  return { erase: before.length - same, text: after.slice(same) };
};

// What a terminal takes for Ctrl and a letter; anything else as it is.
export const control = (text) => (/^[a-z@[\\\]^_ ]$/i.test(text) ? String.fromCharCode(text.toUpperCase().charCodeAt(0) & 31) : text);

// What noVNC takes for a socket. Keeps what comes in before noVNC listens, which would be lost otherwise.
class Channel {
  constructor(socket) {
    this.socket = socket;
    this.early = [];
    this.handler = null;
    this.onopen = null;
    this.onclose = null;
    this.onerror = null;
    this.binaryType = 'arraybuffer';
    socket.onmessage = (event) => (this.handler ? this.handler(event) : this.early.push(event));
    socket.onclose = (event) => this.onclose?.(event);
    socket.onerror = (event) => this.onerror?.(event);
  }

  get onmessage() { return this.handler; }

  set onmessage(handler) {
    this.handler = handler;
    while (handler && this.early.length) handler(this.early.shift());
  }

  get protocol() { return this.socket.protocol; }

  get readyState() { return this.socket.readyState; }

  send(data) { if (this.socket.readyState === WebSocket.OPEN) this.socket.send(data); }

  close() { this.socket.close(); }
}

// Resolves with the server's first message, once the console is connected; rejects with the close event.
const ready = (socket) => new Promise((resolve, reject) => {
  socket.onmessage = (event) => resolve(JSON.parse(event.data));
  socket.onclose = reject;
});

class Screen {
  constructor(stage, socket, greeting, state) {
    this.channel = new Channel(socket);
    this.rfb = new RFB(stage, this.channel, { shared: true, credentials: { password: greeting.password ?? '' } });
    this.rfb.scaleViewport = state.scale;
    this.rfb.background = 'transparent';
    this.rfb.addEventListener('clipboard', (event) => state.onClipboard(event.detail.text));
    this.rfb.addEventListener('connect', () => this.rfb.focus());
  }

  scale(on) {
    this.rfb.scaleViewport = on;
    this.rfb.clipViewport = !on;
    this.rfb.dragViewport = !on;
  }

  key(name) { this.rfb.sendKey(KEYS[name][0], name); }

  // Ctrl with the first letter, the rest as it is.
  typeControl(text) {
    this.rfb.sendKey(0xffe3, 'ControlLeft', true);
    this.type(text.slice(0, 1).toLowerCase());
    this.rfb.sendKey(0xffe3, 'ControlLeft', false);
    this.type(text.slice(1));
  }

  type(text) {
    for (const letter of text) {
      if (letter === '\n' || letter === '\r') this.key('Enter');
      else if (letter === '\t') this.key('Tab');
      else {
        const code = letter.codePointAt(0);
        this.rfb.sendKey(code < 0x100 ? code : 0x01000000 | code, null);
      }
    }
  }

  clipboard(text) { this.rfb.clipboardPasteFrom(text); }

  reboot() { this.rfb.sendCtrlAltDel(); }

  focus() { this.rfb.focus(); }

  dispose() {
    try {
      this.rfb.disconnect();
    } catch {
      // It was never connected.
    }
  }
}

class Shell {
  constructor(stage, socket, greeting, state) {
    this.socket = socket;
    const encoder = new TextEncoder();
    const terminal = new Terminal({
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'), fontSize: 14, lineHeight: 1.15, scrollback: 10000, cursorBlink: true,
      allowProposedApi: true, macOptionIsMeta: true, screenReaderMode: state.reader,
      theme: { background: '#0b1120', foreground: '#d6deeb', cursor: '#2dd4bf', selectionBackground: '#33507a' },
    });
    this.terminal = terminal;
    this.fit = new FitAddon();
    this.search = new SearchAddon();
    terminal.loadAddon(this.fit);
    terminal.loadAddon(this.search);
    terminal.loadAddon(new WebLinksAddon());
    socket.onmessage = (event) => { if (event.data instanceof ArrayBuffer) terminal.write(new Uint8Array(event.data)); };
    const send = (bytes) => {
      for (let at = 0; at < bytes.length; at += CHUNK) if (socket.readyState === WebSocket.OPEN) socket.send(bytes.subarray(at, at + CHUNK));
    };
    terminal.onData((text) => send(encoder.encode(state.takeCtrl(text) ? control(text) : text)));
    terminal.onBinary((text) => send(Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 255)));
    terminal.onResize(({ cols, rows }) => { if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ cols, rows })); });
    terminal.attachCustomKeyEventHandler((event) => {
      if (event.type !== 'keydown' || !event.ctrlKey || !event.shiftKey) return true;
      if (event.code === 'KeyC' && terminal.hasSelection()) navigator.clipboard?.writeText(terminal.getSelection());
      else if (event.code === 'KeyF') state.onSearch();
      else return true;
      event.preventDefault();
      return false;
    });
    terminal.open(stage);
    this.resizing = new ResizeObserver(() => this.fit.fit());
    this.resizing.observe(stage);
    this.fit.fit();
    socket.send(JSON.stringify({ cols: terminal.cols, rows: terminal.rows }));
    terminal.focus();
  }

  key(name) { this.terminal.input(KEYS[name][1]); }

  type(text) { this.terminal.paste(text); }

  focus() { this.terminal.focus(); }

  find(text) { this.search.findPrevious(text, { incremental: false }); }

  dispose() {
    this.resizing.disconnect();
    this.terminal.dispose();
  }
}

class Console {
  constructor(root, circuit) {
    this.root = root;
    this.circuit = circuit;
    this.stage = root.querySelector('[data-console-stage]');
    this.aside = root.querySelector('[data-console-aside]');
    this.text = root.querySelector('[data-console-text]');
    this.find = root.querySelector('[data-console-find]');
    this.kind = null;
    this.attempt = 0;
    this.turn = 0;
    this.leasedUntil = 0;
    this.state = {
      scale: true, reader: false, ctrl: false,
      // Whether Ctrl was pressed on the screen; it counts for one letter.
      takeCtrl: (text) => this.state.ctrl && text.length === 1 && !this.holdCtrl(false),
      onClipboard: (text) => { this.text.value = text; },
      onSearch: () => this.showFind(true),
    };
    this.onClick = (event) => {
      const act = event.target instanceof Element ? event.target.closest('[data-console-act]') : null;
      if (act) this.act(act.dataset.consoleAct, act);
    };
    root.addEventListener('click', this.onClick);
    this.find.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.far?.find?.(this.find.value);
      if (event.key === 'Escape') this.showFind(false);
    });
    this.onUnload = () => this.socket?.close();
    addEventListener('pagehide', this.onUnload);
  }

  async tell(state, reason = '') {
    this.root.dataset.state = state;
    this.root.dataset.reason = reason;
    this.root.dataset.kind = this.kind ?? '';
    try {
      await this.circuit.invokeMethodAsync('ToldAsync', state, reason, this.kind ?? '');
    } catch {
      // The circuit is away; the console itself does not need it.
    }
  }

  async connect(kind) {
    const turn = ++this.turn;
    clearTimeout(this.retry);
    this.end();
    this.kind = kind ?? this.kind;
    await this.tell('connecting');
    let ticket;
    try {
      ticket = await this.circuit.invokeMethodAsync('TicketAsync', this.kind ?? '');
    } catch {
      if (turn === this.turn) this.ended({ code: 1006, reason: '' }, turn);
      return;
    }

    if (turn !== this.turn) return;
    if (!ticket.url) {
      this.ended({ reason: ticket.code }, turn);
      return;
    }

    this.kind = ticket.kind;
    const socket = new WebSocket(ticket.url, [PROTOCOL, `ticket.${ticket.ticket}`]);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    socket.addEventListener('close', (event) => this.ended(event, turn));
    let greeting;
    try {
      greeting = await ready(socket);
    } catch {
      return;
    }

    if (turn !== this.turn) return;
    this.settling = setTimeout(() => { this.attempt = 0; }, SETTLED_MS);
    this.far = this.kind === 'VNC' ? new Screen(this.stage, socket, greeting, this.state) : new Shell(this.stage, socket, greeting, this.state);
    this.root.consoleFar = this.far;
    await this.tell('open');
  }

  // Comes back by itself where that may help: a restarted process, a broken network, a screen whose machine reboots.
  ended(event, turn) {
    if (turn !== this.turn) return;
    clearTimeout(this.settling);
    const reason = event.reason || (event.code === 1000 ? 'closed' : 'lost');
    // Whoever held its slot may not have given it back: our own next ticket may count as one too many for a while.
    if (this.socket && PASSING.includes(reason)) this.leasedUntil = Date.now() + LEASE_MS;
    const ours = reason === 'too_many_consoles' && Date.now() < this.leasedUntil;
    const again = PASSING.includes(reason) || (reason === 'server_hung_up' && this.kind === 'VNC');
    if (!ours && (!again || this.attempt >= RETRY_MS.length)) {
      this.tell('ended', reason);
      return;
    }

    this.tell('waiting', reason);
    this.retry = setTimeout(() => this.connect(), RETRY_MS[Math.min(this.attempt++, RETRY_MS.length - 1)]);
  }

  end() {
    clearTimeout(this.settling);
    const socket = this.socket;
    this.socket = null;
    this.far?.dispose();
    this.far = null;
    if (socket && socket.readyState <= WebSocket.OPEN) socket.close(1000);
    this.stage.replaceChildren();
  }

  act(name, button) {
    switch (name) {
      case 'reconnect': this.attempt = 0; this.connect(); break;
      case 'vnc': this.attempt = 0; this.connect('VNC'); break;
      case 'ssh': this.attempt = 0; this.connect('SSH'); break;
      case 'full':
        if (document.fullscreenElement) document.exitFullscreen();
        else this.root.requestFullscreen();
        break;
      case 'scale':
        this.state.scale = !this.state.scale;
        button.setAttribute('aria-pressed', String(this.state.scale));
        this.far?.scale?.(this.state.scale);
        break;
      case 'cad': this.far?.reboot?.(); this.far?.focus(); break;
      case 'keyboard':
        this.root.classList.toggle('with-keys');
        button.setAttribute('aria-pressed', String(this.root.classList.contains('with-keys')));
        if (this.root.classList.contains('with-keys')) this.focusKeys();
        break;
      case 'ctrl': this.holdCtrl(!this.state.ctrl); this.focusKeys(); break;
      case 'clipboard':
        this.aside.hidden = !this.aside.hidden;
        button.setAttribute('aria-expanded', String(!this.aside.hidden));
        if (!this.aside.hidden) this.text.focus();
        break;
      case 'send-clipboard': this.far?.clipboard?.(this.text.value); this.far?.focus(); break;
      case 'type': this.far?.type(this.text.value); this.far?.focus(); break;
      case 'search': this.showFind(this.find.hidden); break;
      default:
        if (name.startsWith('key-')) this.far?.key(name.slice(4));
        this.focusKeys();
    }
  }

  showFind(on) {
    this.find.hidden = !on;
    if (on) this.find.focus();
    else this.far?.focus();
  }

  // Phones show their keyboard for a field only. What is typed into it goes to the screen.
  focusKeys() {
    if (this.kind === 'SSH') {
      this.far?.focus();
      return;
    }

    const field = this.root.querySelector('[data-console-keys]');
    if (!field.dataset.bound) {
      field.dataset.bound = '1';
      field.addEventListener('input', () => {
        const { erase, text } = difference(this.typed, field.value);
        for (let n = 0; n < erase; n++) this.far?.key('Backspace');
        if (text && this.state.ctrl) {
          this.holdCtrl(false);
          this.far?.typeControl?.(text);
        } else if (text) this.far?.type(text);
        this.typed = field.value;
        if (this.typed.length < 8 || this.typed.length > 200 || text.includes('\n')) this.fill(field);
      });
      field.addEventListener('compositionend', () => this.fill(field));
      field.addEventListener('keydown', (event) => {
        if (event.key !== 'Unidentified' && KEYS[event.key]) {
          event.preventDefault();
          this.far?.key(event.key);
        }
      });
    }

    this.fill(field);
    field.focus();
  }

  fill(field) {
    field.value = FILLER;
    this.typed = FILLER;
  }

  holdCtrl(on) {
    this.state.ctrl = on;
    this.root.querySelector('[data-console-act=ctrl]').setAttribute('aria-pressed', String(on));
    return on;
  }

  dispose() {
    this.turn++;
    clearTimeout(this.retry);
    removeEventListener('pagehide', this.onUnload);
    this.root.removeEventListener('click', this.onClick);
    this.end();
  }
}

export const start = (root, circuit, kind) => {
  const opened = new Console(root, circuit);
  opened.connect(kind || null);
  return opened;
};
