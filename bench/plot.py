"""Charts as SVG, drawn by hand: bars side by side in panels, and lines over the size of a notebook. Readable on white and on dark."""

from html import escape

COLOURS = ["#3178c6", "#70767e", "#d9822b", "#4b8b3b", "#b8bcc2"]
FONT = "font-family='system-ui, -apple-system, Segoe UI, sans-serif'"


def colour(index):
    return COLOURS[index % len(COLOURS)]


def label(value, unit):
    if unit == "ms":
        return f"{value * 1000:,.1f} ms" if value < 0.0995 else f"{value * 1000:,.0f} ms"
    return f"{value:,.0f} {unit}".strip()


def bars(panels, names):
    """panels: [(title, unit, {name: value or text})], shorter bars are better unless the title says otherwise. Returns SVG."""
    width, columns, gap = 880, 2, 28
    panel_width = (width - gap * (columns + 1)) / columns
    row = 22
    panel_height = 30 + row * len(names)
    rows = -(-len(panels) // columns)
    height = 16 + rows * (panel_height + 20)
    parts = [head(width, height, "tskernel beside other kernels")]
    for index, (title, unit, values) in enumerate(panels):
        left = gap + (index % columns) * (panel_width + gap)
        top = 16 + (index // columns) * (panel_height + 20)
        parts.append(text(left, top + 12, title, "#1f2328", 13, weight=600))
        figures = [value for value in values.values() if isinstance(value, (int, float))]
        # One slow bar must not flatten the others: what is more than 12 times the least is cut, and says so.
        least = min([value for value in figures if value > 0], default=1)
        limit = min(max(figures, default=1), least * 12)
        room = panel_width - 100 - 90
        for line, name in enumerate(names):
            y = top + 24 + line * row
            parts.append(text(left + 94, y + 12, name, "#57606a", 11, anchor="end"))
            value = values.get(name)
            if value is None or isinstance(value, str):
                parts.append(text(left + 100, y + 12, value or "—", "#8c959f", 11))
                continue
            length = max(1, min(value, limit) / limit * room)
            parts.append(
                f"<rect x='{left + 100:.1f}' y='{y}' width='{length:.1f}' height='16' rx='2' fill='{colour(line)}'/>"
            )
            if value > limit:
                x = left + 100 + length
                parts.append(f"<path d='M{x - 14:.1f} {y - 1} l5 18 h5 l-5 -18 z' fill='#ffffff'/>")
            parts.append(text(left + 106 + length, y + 12, label(value, unit), "#1f2328", 11))
    return "".join(parts) + "</svg>\n"


def curves(panels, names):
    """panels: [(title, unit, {name: {size: value}})]. Both axes logarithmic. Returns SVG."""
    width, columns, gap = 880, 2, 28
    panel_width = (width - gap * (columns + 1)) / columns
    panel_height = 190
    rows = -(-len(panels) // columns)
    height = 44 + rows * (panel_height + 24)
    parts = [head(width, height, "Kernels over the size of a notebook")]
    x = gap
    for index, name in enumerate(names):
        parts.append(f"<rect x='{x}' y='14' width='12' height='12' rx='2' fill='{colour(index)}'/>")
        parts.append(text(x + 18, 24, name, "#1f2328", 12))
        x += 40 + 7 * len(name)
    for index, (title, unit, lines) in enumerate(panels):
        left = gap + (index % columns) * (panel_width + gap)
        top = 44 + (index // columns) * (panel_height + 24)
        parts.append(text(left, top + 12, title, "#1f2328", 13, weight=600))
        parts += curve_panel(left, top + 20, panel_width, panel_height - 24, unit, lines, names)
    return "".join(parts) + "</svg>\n"


def curve_panel(left, top, width, height, unit, lines, names):
    from math import log10

    values = [value for line in lines.values() for value in line.values()]
    sizes = sorted({size for line in lines.values() for size in line})
    if not values:
        return []
    low, high = log10(min(values)) - 0.15, log10(max(values)) + 0.15
    first, last = log10(sizes[0]), log10(sizes[-1])
    plot_left, plot_width, plot_height = left + 62, width - 80, height - 24

    def place(size, value):
        across = (log10(size) - first) / ((last - first) or 1)
        return plot_left + across * plot_width, top + plot_height * (1 - (log10(value) - low) / ((high - low) or 1))

    parts = []
    ticks = [m * 10.0**e for e in range(-6, 7) for m in (1, 3)]
    for tick in ticks:
        if low <= log10(tick) <= high:
            _, y = place(sizes[0], tick)
            parts.append(f"<path d='M{plot_left} {y:.1f} h{plot_width:.1f}' stroke='#d8dee4' stroke-width='1'/>")
            parts.append(text(plot_left - 8, y + 4, label(tick, unit), "#57606a", 10, anchor="end"))
    for size in sizes:
        x, _ = place(size, min(values))
        parts.append(text(x, top + plot_height + 16, f"{size:,}", "#57606a", 10, anchor="middle"))
    for index, name in enumerate(names):
        line = lines.get(name)
        if not line:
            continue
        points = [place(size, line[size]) for size in sorted(line)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f"<polyline points='{path}' fill='none' stroke='{colour(index)}' stroke-width='2'/>")
        parts += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colour(index)}'/>" for x, y in points]
    return parts


def head(width, height, title):
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height:.0f}' {FONT} role='img' aria-label='{title}'>"
        f"<title>{title}</title>"
        f"<rect width='{width}' height='{height:.0f}' rx='6' fill='#ffffff'/>"
    )


def text(x, y, words, fill, size, anchor="start", weight=400):
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' fill='{fill}' font-size='{size}' text-anchor='{anchor}' "
        f"font-weight='{weight}'>{escape(str(words))}</text>"
    )
