"use strict";
(function () {
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const byId = (id) => document.getElementById(id);
  const collator = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" });

  /* Sorting: a button in each heading; aria-sort says which column rules. */
  function keyOf(row, column, kind) {
    const text = row.cells[column].textContent.trim();
    if (kind === "text") { return text; }
    const figure = Number(text.replaceAll(",", ""));
    return Number.isNaN(figure) ? -1 : figure;
  }
  function sortBy(heading) {
    const table = heading.closest("table");
    const headings = all("th", heading.parentElement);
    const column = headings.indexOf(heading);
    const kind = heading.dataset.kind;
    const now = heading.getAttribute("aria-sort");
    const first = kind === "number" ? "descending" : "ascending";
    const order = now === "none" ? first : (now === "ascending" ? "descending" : "ascending");
    const body = table.tBodies[0];
    const sign = order === "ascending" ? 1 : -1;
    const rows = Array.from(body.rows).map((row) => [keyOf(row, column, kind), row]);
    rows.sort((a, b) => sign * (kind === "number" ? a[0] - b[0] : collator.compare(a[0], b[0])));
    body.append(...rows.map((pair) => pair[1]));
    headings.forEach((other) => { if (other.hasAttribute("aria-sort")) { other.setAttribute("aria-sort", "none"); } });
    heading.setAttribute("aria-sort", order);
  }
  all("table.sortable th[aria-sort]").forEach((heading) => {
    heading.querySelector("button").addEventListener("click", () => sortBy(heading));
  });

  /* A link to a school opens its findings. */
  const schools = all("details.school");
  function openTarget() {
    const target = location.hash ? byId(location.hash.slice(1)) : null;
    if (target && target.matches("details.school")) { target.open = true; target.querySelector("summary").focus(); }
  }
  window.addEventListener("hashchange", openTarget);
  openTarget();

  /* On paper everything is open. */
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = all("details").filter((part) => !part.open);
    closed.forEach((part) => { part.open = true; });
  });
  window.addEventListener("afterprint", () => { closed.forEach((part) => { part.open = false; }); });

  /* The filter: a word in the school's name shows the school; else in the rule, the rule; else in a record, the record. */
  const form = byId("filter");
  if (!form) { return; }
  const text = byId("filter-text");
  const index = schools.map((school) => ({
    school,
    name: school.querySelector("h3").textContent.toLowerCase(),
    rules: all("section.rule", school).map((rule) => ({
      rule,
      level: rule.dataset.level,
      words: all("h4, p", rule).map((part) => part.textContent).join(" ").toLowerCase(),
      rows: all("tbody tr", rule).map((row) => ({ row, words: row.textContent.toLowerCase() })),
    })),
  }));
  function showRule(entry, wanted, whole) {
    const all = whole || entry.words.includes(wanted);
    let shown = 0;
    entry.rows.forEach((line) => {
      line.row.hidden = !(all || line.words.includes(wanted));
      shown += line.row.hidden ? 0 : 1;
    });
    return all || shown > 0;
  }
  function filter() {
    const wanted = text.value.trim().toLowerCase();
    const levels = { error: byId("show-error").checked, query: byId("show-query").checked };
    let seen = 0;
    index.forEach((entry) => {
      const whole = entry.name.includes(wanted);
      let rules = 0;
      entry.rules.forEach((one) => {
        one.rule.hidden = !(levels[one.level] && showRule(one, wanted, whole));
        rules += one.rule.hidden ? 0 : 1;
      });
      entry.school.hidden = entry.rules.length ? rules === 0 : !whole;
      if (wanted && !whole && rules) { entry.school.open = true; }
      seen += entry.school.hidden ? 0 : 1;
    });
    byId("filter-result").textContent = "Showing " + seen + " of " + schools.length + (schools.length === 1 ? " school." : " schools.");
  }
  let waiting = 0;
  text.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 150); });
  byId("show-error").addEventListener("change", filter);
  byId("show-query").addEventListener("change", filter);
  form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  byId("open-all").addEventListener("click", () => { schools.forEach((school) => { school.open = !school.hidden; }); });
  byId("close-all").addEventListener("click", () => { schools.forEach((school) => { school.open = false; }); });
  form.hidden = false;
})();
