"""What somebody is told who does not see the page, and how well the others see it."""

CONTRASTS = """() => {
  const light = (text) => { const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (el) => { for (let at = el; at; at = at.parentElement) { const c = getComputedStyle(at).backgroundColor; if (!/, 0\\)$/.test(c) && c !== "transparent") return c; } return "rgb(255, 255, 255)"; };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !el.checkVisibility() || el.closest(".sr, .skip, script, noscript, datalist")) continue;
    const [one, two] = [light(getComputedStyle(el).color), light(behind(el))].sort((a, b) => b - a);
    found.push([(one + 0.05) / (two + 0.05), walker.currentNode.data.trim().slice(0, 40)]);
  }
  return found;
}"""


def tree(page):
    """The accessibility tree as (role, name, chain of ancestors' (role, name))."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    word = lambda node, key: str(node.get(key, {}).get("value", ""))
    for node in nodes:
        if node.get("ignored"):
            continue
        above, at = [], by_id.get(node.get("parentId"))
        while at:
            above.append((word(at, "role"), word(at, "name")))
            at = by_id.get(at.get("parentId"))
        yield word(node, "role"), word(node, "name"), above


def unnamed(page):
    """What can be worked and has no name for a screen reader."""
    tree = page.locator("body").aria_snapshot()
    return [
        line.strip()
        for line in tree.splitlines()
        if line.strip().rstrip(":")
        in (
            "- button",
            "- textbox",
            "- link",
            "- combobox",
            "- checkbox",
            "- group",
            "- region",
            "- article",
            "- table",
        )
    ]
