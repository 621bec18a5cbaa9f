"use strict";
// Checks a certificate in the browser: the signed text against the published keys, and nothing
// else. No answer of the server is believed but the keys themselves.

const box = document.getElementById("verdict");
const ALGORITHM = { name: "Ed25519" };

class Altered extends Error {}

const hex = (bytes) => Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");

function fromBase64Url(text) {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new Altered("base64");
  const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  // The spare bits of the last letter are nought: one text has one spelling.
  const again = btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  if (again !== text) throw new Altered("spelling");
  return bytes;
}

function byCodePoint(one, other) {
  const a = Array.from(one), b = Array.from(other);
  for (let i = 0; i < Math.min(a.length, b.length); i++)
    if (a[i] !== b[i]) return a[i].codePointAt(0) - b[i].codePointAt(0);
  return a.length - b.length;
}

// The one spelling that is signed: members by name, no spaces; numbers in it are whole.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object")
    return `{${Object.keys(value).sort(byCodePoint).map((n) => `${JSON.stringify(n)}:${canonical(value[n])}`).join(",")}}`;
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Altered("number");
  return JSON.stringify(value);
}

// A member that stands twice: two readers would see two different texts.
function oneOfEach(text) {
  const inside = [];
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/g;
  for (let found; (found = token.exec(text)); ) {
    if (found[0] === "{") inside.push(new Set());
    else if (found[0] === "}") inside.pop();
    else if (found[1]) {
      const name = JSON.parse(found[0].slice(0, -found[1].length));
      if (inside.at(-1).has(name)) throw new Altered("twice");
      inside.at(-1).add(name);
    }
  }
}

async function checked(text, keys) {
  let document_;
  try { document_ = JSON.parse(text); } catch { throw new Altered("json"); }
  oneOfEach(text);
  const signature = document_?.signature;
  const parts = typeof signature?.jws === "string" ? signature.jws.split(".") : [];
  if (parts.length !== 3) throw new Altered("unsigned");
  const [head, body, tail] = parts;
  let header;
  try { header = JSON.parse(new TextDecoder().decode(fromBase64Url(head))); } catch { throw new Altered("header"); }
  if (header.alg !== "EdDSA" || signature.algorithm !== "Ed25519") throw new Altered("algorithm");
  const key = keys.find((each) => each.kid === header.kid && each.crv === "Ed25519");
  if (!key || signature.key_id !== header.kid || signature.public_key !== key.public_key) throw new Altered("key");
  const raw = fromBase64Url(key.x);
  // A key is called by its digest, so that none is passed off under another's name.
  if (hex(await crypto.subtle.digest("SHA-256", raw)).slice(0, 16) !== header.kid) throw new Altered("key");
  const { signature: _, ...rest } = document_;
  const payload = new TextEncoder().encode(canonical(rest));
  if (hex(payload) !== hex(fromBase64Url(body))) throw new Altered("text");
  const imported = await crypto.subtle.importKey("raw", raw, ALGORITHM, false, ["verify"]);
  const signed = new TextEncoder().encode(`${head}.${body}`);
  const bare = Uint8Array.from(atob(signature.value), (c) => c.charCodeAt(0));
  if (!(await crypto.subtle.verify(ALGORITHM, imported, fromBase64Url(tail), signed))) throw new Altered("signature");
  if (!(await crypto.subtle.verify(ALGORITHM, imported, bare, payload))) throw new Altered("signature");
  return document_;
}

const NEVER = /\/(?:ObjStm|XRef|Encrypt|Prev|JavaScript|JS|Launch|AA|Annots|AcroForm|OCProperties)\b/;

// The text attached to a printed certificate, if the file has the one form that is printed.
async function attached(bytes) {
  const text = Array.from(bytes, (b) => String.fromCharCode(b)).join("");
  const files = [...text.matchAll(/\n<<\n((?:(?!\nendobj)[^])*?\/Type \/EmbeddedFile\n(?:(?!\nendobj)[^])*?)>>\nstream\n/g)];
  const ends = text.split("%%EOF\n").length - 1;
  if (files.length !== 1 || ends !== 1 || !text.endsWith("%%EOF\n")) throw new Altered("form");
  const members = files[0][1];
  if (NEVER.test(members)) throw new Altered("form");
  const length = Number(/^\/Length (\d{1,9})$/m.exec(members)?.[1]);
  const start = files[0].index + files[0][0].length;
  const stream = bytes.slice(start, start + length);
  if (!text.startsWith("\nendstream\n", start + length)) throw new Altered("form");
  if (!members.includes("/Filter /FlateDecode\n")) return new TextDecoder().decode(stream);
  try {
    const open = new Blob([stream]).stream().pipeThrough(new DecompressionStream("deflate"));
    return await new Response(open).text();
  } catch { throw new Altered("stream"); }
}

async function fetched(url, as) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer[as]();
}

function say(verdict, found) {
  box.dataset.said = verdict;
  for (const line of box.querySelectorAll("[data-verdict]")) line.hidden = line.dataset.verdict !== verdict;
  const told = document.getElementById("told");
  told.textContent = found ? `${found.retirement_id} · ${found.quantity_t} t · ${found.beneficiary} · ${found.blocks.map((b) => b.serial).join(", ")}` : "";
  const elsewhere = document.getElementById("elsewhere");
  elsewhere.hidden = !found || found.retirement_id === box.dataset.retirement;
}

async function judged(work) {
  if (!globalThis.crypto?.subtle) return say("unable");
  try { say(...(await work((await fetched(box.dataset.keys, "json")).keys))); }
  catch (fault) {
    if (fault instanceof Altered) return say("altered");
    // A browser that does not know Ed25519 says so by this name.
    say(fault.name === "NotSupportedError" ? "unable" : "unread");
  }
}

async function judgeFile(file) {
  await judged(async (keys) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (String.fromCharCode(...bytes.slice(0, 5)) !== "%PDF-") {
      let text;
      try { text = new TextDecoder("utf-8", { fatal: true }).decode(bytes); } catch { throw new Altered("utf-8"); }
      return ["valid", await checked(text, keys)];
    }
    const found = await checked(await attached(bytes), keys);
    // What a page shows is not signed: it holds where the registry prints the same, byte by byte.
    const printed = await fetched(`/v1/retirements/${encodeURIComponent(found.retirement_id)}/certificate.pdf`, "arrayBuffer");
    return [hex(printed) === hex(bytes) ? "valid" : "differs", found];
  });
}

if (box) {
  box.hidden = false;
  document.getElementById("unchecked").hidden = true;
  document.getElementById("certificate").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) judgeFile(file);
  });
  judged(async (keys) => ["valid", await checked(await fetched(box.dataset.certificate, "text"), keys)]);
}
