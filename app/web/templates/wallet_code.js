// Counts the seconds of the code down, and takes the next one while the page is seen. Without it the
// page has a button that does the same.
(function () {
  "use strict";
  var shown = document.getElementById("code");
  if (!shown) return;
  var left, ends, asking = false;

  function begin() {
    left = shown.querySelector("#left");
    ends = Date.now() + Number(left.dataset.seconds) * 1000;
  }

  function renew() {
    var form = document.getElementById("renew");
    asking = true;
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), cache: "no-store" })
      .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer.status); })
      .then(function (text) {
        var next = new DOMParser().parseFromString(text, "text/html").getElementById("code");
        if (!next) return Promise.reject("login");
        shown.replaceWith(next);
        shown = next;
        begin();
      })
      // What has run out is not left on the page; the button asks for the next.
      .catch(function () { shown.remove(); shown = null; document.getElementById("over").hidden = false; })
      .finally(function () { asking = false; });
  }

  function tick() {
    if (!shown || asking) return;
    var seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    left.textContent = String(seconds);
    if (seconds === 0 && document.visibilityState === "visible") renew();
  }

  begin();
  setInterval(tick, 500);
  document.addEventListener("visibilitychange", tick);
  // A page that the way back brings up again shows no code that has run out.
  window.addEventListener("pageshow", function (event) { if (event.persisted && shown) { ends = 0; tick(); } });
})();
