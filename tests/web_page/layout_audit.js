/* What is wrong with the page as it is laid out now, in words; an empty list where nothing is.
 *
 * Nothing leaves its card or the window, no text leaves its box, is cut off or lies on another text, no control lies
 * on another, and the bar of tabs hides nothing at the end of the page. */
() => {
  const SIDEWAYS = ".grid-scroll, .tile-table, .matrix-scroll"; // meant to be scrolled sideways
  const ON_TOP = ".found, .ring, .loupe, .vh, .skip, .draw-here"; // meant to lie on something, or off the screen
  const CARDS = ".card, .header, .sheet, .tabs, .trouble, dialog";
  const wrong = [];
  const root = document.documentElement;
  const layer = document.querySelector("dialog[open]") ?? document.body;
  const short = (text) => `“${text.trim().slice(0, 40)}”`;
  const name = (node) => {
    const kind = node.id ? `#${node.id}` : [...node.classList].map((one) => `.${one}`).join("");
    return `${node.tagName.toLowerCase()}${kind} ${short(node.getAttribute("aria-label") ?? node.textContent ?? "")}`;
  };
  const shown = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  };
  const overlap = (one, other) => ({
    across: Math.min(one.right, other.right) - Math.max(one.left, other.left),
    down: Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top),
  });
  const clips = (style, axis) => style[`overflow${axis}`] !== "visible";
  const scrolls = (style, axis) => ["auto", "scroll"].includes(style[`overflow${axis}`]);
  const boxOf = (node) => {
    while (getComputedStyle(node).display === "inline") node = node.parentElement;
    return node;
  };
  const layerOf = (node) => node.closest("dialog, .tabs, .sheet-bar, .sheet, .header, .digit-column, .panel");
  const nodes = [...layer.querySelectorAll("*")].filter((node) => !node.closest(ON_TOP) && shown(node));

  if (root.scrollWidth > root.clientWidth) wrong.push(`the page is ${root.scrollWidth} wide, the window ${root.clientWidth}`);

  for (const node of nodes) {
    const card = node.parentElement?.closest(CARDS);
    if (!card || node.parentElement.closest(SIDEWAYS)) continue;
    const [box, frame] = [node.getBoundingClientRect(), card.getBoundingClientRect()];
    if (box.left < frame.left - 1 || box.right > frame.right + 1) wrong.push(`${name(node)} leaves its card sideways`);
  }

  const lines = [];
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const parent = text.parentElement;
    if (!text.data.trim() || parent.closest(`${ON_TOP}, ${SIDEWAYS}, select, script, style`) || !shown(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const line of range.getClientRects()) {
      if (line.width < 1) continue;
      lines.push([text, line, layerOf(parent)]);
      const own = boxOf(parent).getBoundingClientRect();
      if (line.left < own.left - 1 || line.right > own.right + 1) {
        wrong.push(`${short(text.data)} needs ${Math.round(line.width)}, has ${Math.round(own.width)} in ${name(boxOf(parent))}`);
      }
      for (let box = parent; box && box !== document.body; box = box.parentElement) {
        const style = getComputedStyle(box);
        const frame = box.getBoundingClientRect();
        const sideways = clips(style, "X") && (line.left < frame.left - 1 || line.right > frame.right + 1);
        const down = clips(style, "Y") && !scrolls(style, "Y") && (line.top < frame.top - 3 || line.bottom > frame.bottom + 3);
        if (sideways || down) wrong.push(`${short(text.data)} is cut off by ${name(box)}`);
      }
    }
  }
  lines.forEach(([text, line, where], place) => {
    for (const [other, its, there] of lines.slice(place + 1)) {
      if (other === text || where !== there) continue;
      const { across, down } = overlap(line, its);
      if (across > 2 && down > 0.4 * Math.min(line.height, its.height)) wrong.push(`${short(text.data)} lies on ${short(other.data)}`);
    }
  });

  // What a select or a field shows has room beside its arrows.
  const pen = document.createElement("canvas").getContext("2d");
  for (const field of nodes.filter((node) => node.matches("select, input[type=number]"))) {
    const style = getComputedStyle(field);
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const needed = pen.measureText(field.selectedOptions ? (field.selectedOptions[0]?.label ?? "") : field.value).width;
    const arrows = style.appearance === "textfield" ? 0 : 16;
    const has = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrows;
    if (needed > has + 2) wrong.push(`${name(field)} needs ${Math.round(needed)}, has ${Math.round(has)}`);
  }

  const controls = nodes
    .filter((node) => node.matches("button, a[href], select, input, summary, [role=grid], canvas[tabindex]"))
    .map((node) => [node, node.getBoundingClientRect(), layerOf(node)]);
  controls.forEach(([node, box, where], place) => {
    for (const [other, its, there] of controls.slice(place + 1)) {
      if (where !== there || node.contains(other) || other.contains(node)) continue;
      const { across, down } = overlap(box, its);
      if (across > 2 && down > 2) wrong.push(`${name(node)} lies on ${name(other)}`);
    }
  });

  const tabs = document.querySelector(".tabs");
  if (tabs && layer === document.body) {
    const before = scrollY;
    scrollTo(0, root.scrollHeight);
    const ends = controls.filter(([node]) => !node.closest(".tabs, .sheet, .header")).map(([node]) => node.getBoundingClientRect().bottom);
    if (Math.max(0, ...ends) > tabs.getBoundingClientRect().top + 1) wrong.push("the tabs hide the end of the page");
    scrollTo(0, before);
  }
  return [...new Set(wrong)];
}
