"""The frame of a page of HTML that stands alone: light or dark, printable, without a script."""

import html

from grading.course.nbgrader_report import plain

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""

_STYLE = """\
:root { color-scheme: light dark; --ink: #1f2430; --soft: #5c6474; --paper: #ffffff;
  --raised: #f3f5f8; --line: #d5dae2; --good: #1a7f4b; --part: #9a6200; --none: #b3261e;
  --bar: #3b6fd4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8f0; --soft: #a3acbd; --paper: #14171d; --raised: #1e232c;
    --line: #38404d; --good: #58c48b; --part: #e0a84a; --none: #f2877e; --bar: #7ba4f0; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.7rem; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .4rem 0; overflow-wrap: anywhere; }
a { color: var(--bar); }
.soft { color: var(--soft); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.score { font-size: 1.4rem; font-weight: 600; }
.good { color: var(--good); } .part { color: var(--part); } .none { color: var(--none); }
section { border: 1px solid var(--line); border-left: .3rem solid var(--line);
  border-radius: .4rem; padding: .7rem 1rem; margin: .8rem 0; }
section.good, section.part, section.none { color: inherit; }
section.good { border-left-color: var(--good); }
section.part { border-left-color: var(--part); }
section.none { border-left-color: var(--none); }
pre { background: var(--raised); padding: .6rem .8rem; border-radius: .3rem; margin: .4rem 0;
  font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: break-word; }
td { max-width: 28rem; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; }
th.number, td.number { text-align: right; white-space: nowrap; }
.bar { display: block; height: .7rem; min-width: 6rem; margin-top: .4rem; border-radius: .2rem;
  background: var(--raised); border: 1px solid var(--line); }
.bar span { display: block; height: 100%; border-radius: .2rem; background: var(--bar);
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
@media print {
  :root { --ink: #000; --soft: #444; --paper: #fff; --raised: #fff; --line: #999;
    --good: #1a7f4b; --part: #9a6200; --none: #b3261e; --bar: #3b6fd4; }
  main { max-width: none; padding: 0; }
  .wide { overflow: visible; }
  table { font-size: .75rem; }
  section, tr { break-inside: avoid; }
  a { color: inherit; text-decoration: none; }
}
"""


def page(title, body):
    """A whole page.

    Args:
        title: a text, which is escaped here.
        body: HTML.
    """
    return _PAGE.format(title=escaped(title), style=_STYLE, body=body)


def escaped(text):
    """A text as HTML, whatever anybody wrote into it."""
    return html.escape(plain(str(text)))


def table(head, rows):
    """A table.

    Args:
        head: the headings, texts; one that begins with ``#`` is of a column of numbers.
        rows: lists of HTML, one for each cell.
    """
    kinds = [' class="number"' if name.startswith("#") else "" for name in head]
    lines = ['<div class="wide"><table>', "<thead><tr>"]
    lines += [
        f'<th scope="col"{kind}>{escaped(name.lstrip("#"))}</th>'
        for kind, name in zip(kinds, head, strict=True)
    ]
    lines.append("</tr></thead><tbody>")
    for row in rows:
        cells = (f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, row, strict=True))
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "\n".join([*lines, "</tbody></table></div>"])


def bar(part):
    """A bar that is filled in part, from 0 to 1."""
    return f'<span class="bar"><span style="width:{100 * part:.0f}%"></span></span>'


def rated(points, most):
    """The class of some points: all, part or none of what there is."""
    return "good" if points >= most else "part" if points > 0 else "none"
