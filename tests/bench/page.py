"""The bench's figures as one HTML page with plots in SVG, which needs nothing else. Used by suite.py."""
import html
import math
import statistics

import bar

WIDTH, ROW, LEFT, RIGHT = 860, 26, 250, 130
COLOURS = {"mou": "#b03a2e", "by hand": "#616a6b", "DuckDB": "#b7950b", "SQLite": "#2e6da4", "bare scan": "#85929e"}
STYLE = """body{font:15px/1.5 "Noto Sans CJK SC","Noto Sans SC",sans-serif;max-width:920px;margin:2em auto;padding:0 1em;color:#222}
h1{font-size:1.5em}h2{font-size:1.2em;margin-top:2em}table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;padding:.3em .5em;text-align:left;vertical-align:top}
.yes{color:#1e8449}.no{color:#b03a2e}svg{max-width:100%;height:auto}svg text{font:13px sans-serif;fill:#222}pre{white-space:pre-wrap;background:#f6f6f6;padding:1em}"""


def text(content):
    return html.escape(str(content))


def colour_of(name):
    return next((colour for word, colour in COLOURS.items() if name.startswith(word)), "#7d3c98")


def shown(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def bars(entries, unit):
    """Horizontal bars on a logarithmic scale: (name, [values of the rounds]); a line from the least to the greatest."""
    least = min(min(values) for _, values in entries)
    low, high = math.floor(math.log10(least)), max(math.log10(max(values)) for _, values in entries)
    span = max(high - low, 0.1)

    def at(value):
        return LEFT + (math.log10(value) - low) / span * (WIDTH - LEFT - RIGHT)
    height = ROW * len(entries) + 30
    parts = [f'<svg viewBox="0 0 {WIDTH} {height}" role="img">']
    for power in range(low, math.ceil(high) + 1):
        if at(10 ** power) <= WIDTH - RIGHT + 1:
            parts.append(f'<line x1="{at(10 ** power):.1f}" x2="{at(10 ** power):.1f}" y1="0" y2="{height - 22}" stroke="#ddd"/>'
                         f'<text x="{at(10 ** power):.1f}" y="{height - 6}" text-anchor="middle">{shown(10 ** power)}</text>')
    for i, (name, values) in enumerate(entries):
        middle, y = statistics.median(values), i * ROW
        parts.append(f'<text x="{LEFT - 8}" y="{y + 18}" text-anchor="end">{text(name)}</text>'
                     f'<rect x="{LEFT}" y="{y + 5}" width="{max(1, at(middle) - LEFT):.1f}" height="{ROW - 9}" fill="{colour_of(name)}"/>'
                     f'<line x1="{at(min(values)):.1f}" x2="{at(max(values)):.1f}" y1="{y + 13.5}" y2="{y + 13.5}" stroke="#000"/>'
                     f'<text x="{at(max(values)) + 6:.1f}" y="{y + 18}">{shown(middle)} {unit}</text>')
    return "".join(parts) + "</svg>"


def lines(series, across, along):
    """Lines on two logarithmic scales: name -> [(x, y)]."""
    height, bottom = 360, 40
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    low_x, high_x = math.log10(min(xs)), math.log10(max(xs))
    low_y, high_y = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))

    def place(x, y):
        return (60 + (math.log10(x) - low_x) / max(high_x - low_x, 0.1) * (WIDTH - 60 - 210),
                10 + (high_y - math.log10(y)) / max(high_y - low_y, 0.1) * (height - bottom - 10))
    parts = [f'<svg viewBox="0 0 {WIDTH} {height}" role="img">']
    for power in range(low_y, high_y + 1):
        y = place(min(xs), 10 ** power)[1]
        parts.append(f'<line x1="60" x2="{WIDTH - 210}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/><text x="54" y="{y + 4:.1f}" text-anchor="end">{shown(10 ** power)}</text>')
    for x in sorted(set(xs)):
        parts.append(f'<text x="{place(x, min(ys))[0]:.1f}" y="{height - 20}" text-anchor="middle">{x:,}</text>')
    parts.append(f'<text x="{(WIDTH - 150) / 2}" y="{height - 2}" text-anchor="middle">{text(across)}</text><text x="60" y="10" text-anchor="start">{text(along)}</text>')
    ends = []
    for name, points in sorted(series.items(), key=lambda entry: -entry[1][-1][1]):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
        end = place(*points[-1])[1]
        end = max(end, ends[-1] + 15) if ends else end
        ends.append(end)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour_of(name)}" stroke-width="2"/>'
                     f'<text x="{WIDTH - 204}" y="{end + 4:.1f}" style="fill:{colour_of(name)}">{text(name)}</text>')
    return "".join(parts) + "</svg>"


def bar_table(found):
    rows = "".join(f'<tr><td>{text(entry["zh"])}<br>{text(entry["work"])}</td><td>{text(entry["bar"])}</td><td>{text(entry["found"])}</td>'
                   f'<td class="{"yes" if entry["holds"] else "no"}">{bar.WORDS[entry["holds"]]}</td></tr>' for entry in bar.rows_of(found))
    return f"<table><tr><th>work</th><th>bar</th><th>measured</th><th></th></tr>{rows}</table>"


def plots(found):
    full = found["full pass"]["times"]
    parts = ["<h2>全部主体过一遍 · a full pass</h2><p>毫秒，处理器时间 · milliseconds of processor time</p>",
             bars([(name, [ns / 1e6 for ns in times["cpu"]]) for name, times in full.items()], "ms")]
    if "lookups" in found:
        for title, works in found["lookups"]["in one process, microseconds"].items():
            entries = [(name, middle) for name, (middle, _) in works.items() if name != "clock"]
            parts += [f"<h2>一个主体 · one subject: {text(title)}</h2>", bars(entries, "µs")]
    if "serve" in found:
        parts += ["<h2>常驻查询 · mou serve --stdio</h2><p>从请求到答复 · from request to answer</p>",
                  bars([(f"{title}, {name}", rounds[name]) for title, rounds in found["serve"].items() for name in ("p50", "p99")], "µs")]
    if "stored" in found:
        parts += [f"<h2>写库 · writing, {found['stored']['subjects']:,} subjects</h2>",
                  bars([(name, [answer["ns"] / 1e6 for answer in answers]) for name, answers in found["stored"].items() if name != "subjects" and answers], "ms")]
    if "compile" in found:
        counts = sorted(found["compile"], key=int)
        parts += ["<h2>编译 · compiling</h2>", lines({name: [(int(count), statistics.median(found["compile"][count][name]) * (1000 if name in ("check", "build") else 1)) for count in counts]
                                                    for name in ("check", "build", "again", "MB")}, "memoranda", "milliseconds of processor time, MB")]
    if "growth" in found:
        series = {}
        for size, works in found["growth"].items():
            for name, times in works.items():
                series.setdefault(name, []).append((int(size), statistics.median(times["cpu"]) / 1e6))
        parts += ["<h2>主体多少 · growth</h2>", lines(series, "subjects", "milliseconds of processor time")]
    if "growth memory" in found:
        series = {}
        for size, works in found["growth memory"].items():
            for name, kilobytes in works.items():
                series.setdefault(name, []).append((int(size), kilobytes / 1024))
        parts += ["<h2>内存随主体 · memory by size</h2>", lines(series, "subjects", "MB")]
    if "memory" in found:
        parts += ["<h2>内存 · memory</h2>", bars([(name, [kilobytes / 1024]) for name, kilobytes in found["memory"].items()], "MB")]
    return "".join(parts)


def make(found, report):
    return ('<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>Mou: bench</title><style>' + STYLE + "</style></head><body><h1>快慢 · bench</h1>"
            + bar_table(found) + plots(found) + "<h2>数字 · figures</h2><pre>" + text(report) + "</pre></body></html>\n")
