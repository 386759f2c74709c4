/** Ties store, network and views together: events go into the store, the store into the views, intents to the network. */

import { language } from "../lib/i18n.js";
import { oncePerFrame, pause } from "../lib/timing.js";
import { AccessToken } from "../net/access-token.js";
import { Api } from "../net/api.js";
import { Connection } from "../net/socket.js";
import { expireTyping } from "../store/presence.js";
import { unreadTotal } from "../store/selectors.js";
import { cursorsOf } from "../store/sequence.js";
import { SERVER_EVENTS, serverEvent } from "../store/server-events.js";
import { connectionChanged, meLoaded } from "../store/session.js";
import { initialState, threadOf } from "../store/state.js";
import { newLineFor } from "../store/timeline.js";
import { Shell } from "../views/shell.js";
import { createActions } from "./actions.js";
import { drafts } from "./drafts.js";
import { Keepsake } from "./keepsake.js";
import { Model } from "./model.js";
import { noticeFor, removalNotice } from "./notices.js";
import { prepareForOffline } from "./offline.js";
import { openOutbox } from "./outgoing.js";
import { showLanguage, showTheme } from "./preferences.js";
import { Receipts } from "./receipts.js";
import { goTo, openConversationId, replaceWithList, watchRoute } from "./route.js";
import { Sync } from "./sync.js";
import { Typing } from "./typing.js";

const TYPING_CHECK_MS = 1000;
const ASK_AGAIN_MS = 3000;

export class App {
  #root;
  #boot;
  #model = new Model(initialState());
  #token = new AccessToken({ fetch: (...request) => fetch(...request) });
  #api = new Api({ token: this.#token, fetch: (...request) => fetch(...request), locale: language });
  #connection = new Connection({
    token: this.#token,
    locale: language,
    cursors: () => cursorsOf(this.#model.state),
    events: SERVER_EVENTS,
    onEvent: (event, data) => this.#receive(event, data),
    onPhase: (phase, attempt) => this.#model.apply(connectionChanged, { phase, attempt }),
    onRefused: () => this.#end(),
  });
  #sync = new Sync({ model: this.#model, api: this.#api, connection: this.#connection });
  #receipts = new Receipts({ model: this.#model, connection: this.#connection });
  #keepsake = new Keepsake({ model: this.#model });
  #typing = new Typing((conversationId, isTyping) => this.#connection.tell("typing", { conversationId, isTyping }));
  #outbox = null;
  #shell = null;
  #view = { openId: null, newAfterSeq: Infinity };
  #draw = oncePerFrame(() => this.#shell?.render(this.#model.state, this.#view));

  /**
   * @param {object} parts
   * @param {Element} parts.root
   * @param {{version: string, locale: string, theme: string, development: boolean, largestFile: number}} parts.boot
   */
  constructor({ root, boot }) {
    this.#root = root;
    this.#boot = boot;
  }

  /** Shows the page and brings it to life. */
  async start() {
    await showLanguage(this.#boot.locale);
    this.#mount();
    this.#model.watch((state, before) => this.#changed(state, before));
    setInterval(() => this.#model.apply(expireTyping, Date.now()), TYPING_CHECK_MS);
    document.addEventListener("visibilitychange", () => this.#visibilityChanged());
    // On its way while the page looks for what it has kept; a refusal is met again, and dealt with, below.
    this.#token.get().catch(() => {});
    await this.#keepsake.restore();
    this.#sync.refresh();
    if (this.#model.state.me) await this.#begin();
    const me = await this.#whoAmI();
    if (!me) return;
    await this.#welcome(me);
    if (!this.#outbox) await this.#begin();
  }

  /** Who I am is known, from the server or from what was kept: writing and listening can begin. */
  async #begin() {
    this.#outbox = await openOutbox({
      model: this.#model,
      api: this.#api,
      connection: this.#connection,
      onSeqSeen: () => this.#sync.heal(),
    });
    this.#connection.open();
    prepareForOffline();
    watchRoute(() => this.#routeChanged());
    this.#routeChanged();
  }

  /** The signed-in person, waited for as long as the server cannot be reached; null when nobody is signed in. */
  async #whoAmI() {
    for (;;) {
      try {
        return await this.#api.get("users/me");
      } catch (failure) {
        if (failure.code === "unauthenticated") {
          this.#end();
          return null;
        }
        await pause(ASK_AGAIN_MS);
      }
    }
  }

  async #welcome(me) {
    this.#model.apply(meLoaded, me);
    if (me.theme) showTheme(me.theme);
    if (me.locale && me.locale !== language()) {
      await showLanguage(me.locale);
      this.#mount();
    }
  }

  #mount() {
    this.#shell?.remove();
    this.#shell = new Shell({ actions: this.#createActions(), root: this.#root });
    // At once: an open conversation takes the focus when it is drawn, and whoever mounts may have a better place for it.
    this.#shell.render(this.#model.state, this.#view);
  }

  #changed(state, before) {
    const { openId } = this.#view;
    const isListNew = state.isListLoaded && !before.isListLoaded;
    const isListSure = !state.isListKept && before.isListKept;
    const isOpenGone = state.isListLoaded && openId && !state.conversations[openId];
    if (isListNew || isListSure || isOpenGone) this.#routeChanged();
    if (isListSure) this.#markNew();
    if (isListNew && openId && !isOpenGone) this.#sync.open(openId);
    if (state.isListLoaded) this.#receipts.deliver();
    this.#draw();
  }

  #receive(event, data) {
    const before = this.#model.state;
    this.#model.apply(serverEvent, event, data, Date.now());
    const { state } = this.#model;
    if (event === "session-ended") {
      this.#end();
      return;
    }
    if (event === "session-started") this.#caughtLine();
    this.#sync.heal();
    const notice =
      event === "removed-from-group"
        ? removalNotice(before, data.conversationId)
        : noticeFor(state, before, event, data, this.#view.openId);
    if (notice) this.#shell.notify(notice);
  }

  // After every new line: see what was missed, send what waits, say again which conversation is on screen.
  #caughtLine() {
    const { openId } = this.#view;
    this.#sync.refresh();
    if (openId) {
      this.#connection.tell("join-conversation", { conversationId: openId });
      // Its history may have been asked for through the broken line.
      this.#sync.open(openId);
    }
    this.#outbox?.resume();
  }

  #routeChanged() {
    if (!this.#model.state.me || !this.#model.state.isListLoaded) return;
    const asked = openConversationId();
    const openId = asked && this.#model.state.conversations[asked] ? asked : null;
    if (asked && !openId && !this.#model.state.isListKept) replaceWithList();
    if (openId === this.#view.openId) return;
    this.#typing.stop();
    this.#receipts.left();
    if (this.#view.openId) this.#connection.tell("leave-conversation", { conversationId: this.#view.openId });
    this.#view = { openId, newAfterSeq: openId ? newLineFor(this.#model.state, openId) : Infinity };
    if (openId) {
      this.#connection.tell("join-conversation", { conversationId: openId });
      this.#sync.open(openId);
      this.#keepsake.opened(openId);
    }
    this.#draw();
  }

  // What was open before the server had told what is new.
  #markNew() {
    const { openId, newAfterSeq } = this.#view;
    if (openId && newAfterSeq === Infinity) {
      this.#view = { openId, newAfterSeq: newLineFor(this.#model.state, openId) };
    }
  }

  // What comes while nobody looks stands under a "new" line on return.
  #visibilityChanged() {
    const { openId, newAfterSeq } = this.#view;
    if (!openId) return;
    const { cursor, messages } = threadOf(this.#model.state, openId);
    const isAnythingNew = messages.some(
      ({ seq, sender }) => seq > newAfterSeq && sender?._id !== this.#model.state.me?._id,
    );
    if (document.hidden) this.#view = { openId, newAfterSeq: cursor ?? Infinity };
    else if (!isAnythingNew) this.#view = { openId, newAfterSeq: Infinity };
    this.#draw();
  }

  /** The session is over, and not by a press of a button here: say so, and come back here afterwards. */
  #end() {
    const here = encodeURIComponent(location.pathname + location.hash);
    this.#leave(`/login?ended=1&next=${here}`);
  }

  async #leave(address) {
    this.#sync.stop();
    this.#receipts.stop();
    this.#outbox?.close();
    this.#connection.close();
    await this.#keepsake.forget();
    location.assign(address);
  }

  #createActions() {
    return createActions({
      model: this.#model,
      api: this.#api,
      connection: this.#connection,
      sync: this.#sync,
      receipts: this.#receipts,
      typing: this.#typing,
      outbox: () => this.#outbox,
      largestFile: this.#boot.largestFile,
      own: {
        send: (message) => this.#send(message),
        setLanguage: (locale) => this.#setLanguage(locale),
        signOut: () => this.#signOut(),
      },
    });
  }

  async #send(message) {
    this.#typing.stop();
    this.#view = { ...this.#view, newAfterSeq: Infinity };
    await this.#outbox.add(message);
  }

  async #setLanguage(locale) {
    await showLanguage(locale);
    this.#model.apply(meLoaded, { locale });
    this.#mount();
    this.#shell.openFromProfile("profile", { focused: "language" });
    await this.#api.patch("users/me", { locale });
  }

  async #signOut() {
    // The server ends the lines of a session that is over, as if somebody else had ended it: let ours down before.
    this.#connection.rest();
    try {
      await this.#api.post("auth/logout");
    } catch (failure) {
      this.#connection.open();
      throw failure;
    }
    // The composer keeps its draft when it goes: let it go first.
    this.#shell.remove();
    this.#shell = null;
    drafts.clear();
    this.#leave("/login");
  }
}
