/* data-news: keeps the bell, and on a question the bar "3 new answers", on a list "3 new questions", up to date while the page is open. The server is asked every half
   minute, or with data-stream as soon as it says that there is something. Only while the page can be seen: a browser has few connections. */

const EVERY = 30000;

export function attach(element) {
  if (element !== [...document.querySelectorAll("[data-news]")].at(-1)) return; // The question's own also knows the bell.
  let etag = "";
  let stream;
  let timer;

  async function look() {
    const answer = await fetch(element.dataset.news, { cache: "no-store", headers: etag ? { "If-None-Match": etag } : {} }).catch(() => null);
    if (!answer || answer.status === 304) return;
    if (!answer.ok || answer.redirected) {
      stop(); // Signed out, or the question is gone.
      return;
    }
    etag = answer.headers.get("ETag") ?? "";
    show(await answer.json());
  }

  function show(news) {
    const bell = document.querySelector("[data-bell]");
    if (bell && news.unread !== undefined) {
      const number = bell.querySelector(".site-header__unread") ?? Object.assign(document.createElement("span"), { className: "site-header__unread" });
      number.setAttribute("aria-hidden", "true");
      number.textContent = news.unread;
      bell.setAttribute("aria-label", news.bell || bell.dataset.bell);
      if (news.unread) bell.append(number);
      else number.remove();
    }
    if (!("bar" in news)) return;
    element.replaceChildren();
    if (!news.answers) return;
    const link = Object.assign(document.createElement("a"), { href: news.link || location.href, className: "button button--primary", textContent: `${news.bar} – ${element.dataset.show}` });
    link.addEventListener("click", (event) => {
      if (!news.link) return; // A list is shown anew.
      event.preventDefault();
      bring(link.href);
    });
    element.append(link);
  }

  /** Put the new answers under those that are there, and go to the first: what one was writing or reading stays where it is. */
  async function bring(permalink) {
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page ? [...page.querySelectorAll(".thread .post--answer[id]")].filter((post) => !document.getElementById(post.id)) : [];
    if (!fresh.length) {
      location.assign(permalink);
      return;
    }
    document.querySelector(".thread").append(...fresh);
    document.querySelector(".thread__heading")?.replaceChildren(...page.querySelector(".thread__heading").childNodes);
    const now = page.querySelector(".news-bar[data-news]");
    if (now) element.dataset.news = now.dataset.news;
    element.after(...page.querySelectorAll("[data-seen]")); // What was brought is read.
    etag = "";
    element.replaceChildren();
    document.dispatchEvent(new Event("htmx:after:swap")); // What was brought gets its behaviour too.
    fresh[0].setAttribute("tabindex", "-1");
    fresh[0].focus();
  }

  function start() {
    stop();
    // A stream tells of the bell and of a question, not of what is asked.
    if (!element.dataset.stream || "poll" in element.dataset) timer = setInterval(look, EVERY);
    if (!element.dataset.stream) return;
    stream = new EventSource(element.dataset.stream);
    stream.addEventListener("news", look);
    stream.addEventListener("error", () => {
      if (stream.readyState !== EventSource.CLOSED) return; // It comes back by itself.
      delete element.dataset.stream; // There is none: ask from now on.
      start();
    });
  }

  function stop() {
    stream?.close();
    clearInterval(timer);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stop();
    else {
      start();
      look();
    }
  });
  if (!document.hidden) start();
}
